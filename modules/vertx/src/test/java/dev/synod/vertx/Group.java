package dev.synod.vertx;

import static dev.synod.fuzzing.Await.await;

import dev.synod.core.ReadLevel;
import dev.synod.storage.config.Durability;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The members of a group with a {@link Ledger} each, for tests. */
final class Group implements AutoCloseable {
  final List<String> names;
  final Map<String, Synod> members = new HashMap<>();
  private final Map<String, Vertx> vertx = new HashMap<>();
  private final @Nullable Path directory;
  private final SynodOptions template;

  /** With one Vert.x for each member; a null directory keeps everything in memory. */
  Group(
      List<String> names,
      Map<String, Vertx> vertx,
      @Nullable Path directory,
      SynodOptions template) {
    this.names = names;
    this.vertx.putAll(vertx);
    this.directory = directory;
    this.template = template;
  }

  /** All in one Vert.x, over its local bus. */
  static Group local(
      Vertx vertx, @Nullable Path directory, SynodOptions template, String... names) {
    Map<String, Vertx> all = new HashMap<>();
    for (String name : names) {
      all.put(name, vertx);
    }
    return new Group(List.of(names), all, directory, template);
  }

  /**
   * Starts all members, and waits until each of them belongs to the group: a founder that is
   * stopped before leaves a group that is not founded until it comes back.
   */
  Group start() {
    names.forEach(this::start);
    awaitFounding(members.values());
    return this;
  }

  static void awaitFounding(Collection<Synod> members) {
    for (Synod member : members) {
      Awaitility.await().until(() -> !await(member.status()).identity().isEmpty());
    }
  }

  Synod start(String name) {
    SynodOptions options =
        new SynodOptions(template)
            .setMember(name)
            .setMembers(names)
            .setDurability(directory == null ? Durability.MEMORY : template.getDurability());
    if (directory != null) {
      options.setDataDirectory(directory.resolve(name).toString());
    }
    Synod synod = await(Synod.start(vertxOf(name), options, Map.of("ledger", new Ledger())));
    members.put(name, synod);
    return synod;
  }

  Vertx vertxOf(String name) {
    Vertx of = vertx.get(name);
    if (of == null) {
      throw new IllegalArgumentException(name);
    }
    return of;
  }

  Synod member(String name) {
    Synod synod = members.get(name);
    if (synod == null) {
      throw new IllegalArgumentException(name + " is not up");
    }
    return synod;
  }

  void stop(String name) {
    await(member(name).close());
    members.remove(name);
  }

  Future<Applied> write(String at, String line) {
    return member(at).submit("ledger", Buffer.buffer(line));
  }

  String read(String at, ReadLevel level) {
    return await(member(at).query("ledger", Buffer.buffer(), level)).toString();
  }

  Status status(String at) {
    return await(member(at).status());
  }

  @Override
  public void close() {
    List.copyOf(members.keySet()).forEach(this::stop);
  }
}
