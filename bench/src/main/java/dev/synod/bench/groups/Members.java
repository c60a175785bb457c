package dev.synod.bench.groups;

import dev.synod.vertx.Status;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** A group with one member on each node of a cluster. */
final class Members implements AutoCloseable {
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final List<Synod> members = new ArrayList<>();

  private Members() {}

  /**
   * Starts all of them.
   *
   * @param template what they have in common
   * @param directory below which each has its own
   */
  static Members start(Cluster cluster, int count, SynodOptions template, Path directory) {
    List<String> names = names(count);
    Members group = new Members();
    try {
      for (int i = 0; i < names.size(); i++) {
        SynodOptions options = options(template, names, i, directory);
        group.members.add(Cluster.await(Synod.start(cluster.node(i), options)));
      }
      return group;
    } catch (RuntimeException | Error wrong) {
      group.close();
      throw wrong;
    }
  }

  static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "n" + i).toList();
  }

  /** What the member of that number is started with. */
  static SynodOptions options(
      SynodOptions template, List<String> names, int number, Path directory) {
    return new SynodOptions(template)
        .setGroup("bench")
        .setMember(names.get(number))
        .setMembers(names)
        .setDataDirectory(directory.resolve(names.get(number)).toString());
  }

  /**
   * The number of the member that leads, and so of its node; waits until all have followed the same
   * one for a while, for right after the start another may yet overtake it.
   */
  int leader() {
    long begin = System.nanoTime();
    int leads = -1;
    long since = begin;
    while (System.nanoTime() - begin < PATIENCE_NANOS) {
      int now = followed();
      if (now != leads) {
        leads = now;
        since = System.nanoTime();
      } else if (leads >= 0 && System.nanoTime() - since >= SETTLED_NANOS) {
        return leads;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    throw new IllegalStateException("no member of the group came to lead within 30 s");
  }

  /** The number of the member that all follow; -1 if there is none. */
  private int followed() {
    List<Status> seen = members.stream().map(member -> Cluster.await(member.status())).toList();
    for (int i = 0; i < seen.size(); i++) {
      String name = seen.get(i).member();
      if (seen.get(i).state().equals("leading")
          && seen.stream().allMatch(status -> name.equals(status.leader()))) {
        return i;
      }
    }
    return -1;
  }

  int size() {
    return members.size();
  }

  Synod member(int number) {
    return members.get(number);
  }

  @Override
  public void close() {
    for (Synod member : members) {
      Cluster.await(member.close());
    }
    members.clear();
  }
}
