package dev.synod.data;

import dev.synod.core.ReadLevel;
import dev.synod.data.MapEvent.ValueChange;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.machine.MapView;
import dev.synod.data.map.Change;
import dev.synod.data.map.KeyFilter;
import dev.synod.data.map.MissedChanges;
import dev.synod.data.map.SlotChanges;
import dev.synod.data.map.Subscription;
import dev.synod.vertx.NextPass;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A watch that pulls changes: it stores only its current slot and asks the state machine for the
 * following changes of its keys, one batch at a time. A slow watcher and a restored member
 * therefore need neither a queue nor special cases: the history either holds the changes or reports
 * that it does not.
 *
 * <p>Threading: the methods marked so run on the member's context, the others on the watcher's
 * context.
 */
final class MapWatch<V> implements Watch, Closeable {
  private final Synod synod;
  private final EntryCodec<V> codec;
  private final KeyFilter keys;
  private final Handler<MapEvent<V>> events;
  private final ContextInternal watcher;
  private final ContextInternal member;
  private final Promise<Void> ended;
  private final Closeable memberHook;

  private volatile boolean closed;
  private volatile long handed;

  // On the member's context.

  /** Slot up to which each change was handed over, or is on its way. */
  private long position;

  /** Whether there may be changes after that slot. */
  private boolean behind = true;

  private boolean underWay;
  private @Nullable MapMachine machine;
  private List<Subscription> subscriptions = List.of();

  MapWatch(
      Synod synod,
      EntryCodec<V> codec,
      KeyFilter keys,
      long from,
      ContextInternal watcher,
      Handler<MapEvent<V>> events) {
    this.synod = synod;
    this.codec = codec;
    this.keys = keys;
    this.position = from;
    this.handed = from;
    this.events = events;
    this.watcher = watcher;
    this.member = (ContextInternal) synod.context();
    this.ended = watcher.promise();
    this.memberHook =
        completion -> {
          end(
              new SynodException.Closed(
                  String.format(
                      Locale.ROOT,
                      "member '%s' was closed; continue to watch map '%s' from slot %d at another member",
                      synod.member(),
                      codec.name,
                      handed)));
          completion.succeed();
        };
  }

  Future<Watch> start() {
    Promise<Watch> started = watcher.promise();
    member.runOnContext(
        turn -> {
          try {
            MapMachine here = synod.machine(MapMachine.NAME, MapMachine.class);
            if (position <= here.slot()) {
              begin(here, started);
            } else {
              catchUp(here, started);
            }
          } catch (RuntimeException failed) {
            started.fail(failed);
          }
        });
    return started.future();
  }

  /**
   * Waits with a linearizable read until this member has applied the start slot, or until the group
   * proves not to have decided it.
   */
  private void catchUp(MapMachine here, Promise<Watch> started) {
    synod
        .readable(ReadLevel.LINEARIZABLE)
        .onComplete(
            read ->
                member.runOnContext(
                    turn -> {
                      if (read.failed()) {
                        started.fail(read.cause());
                      } else if (position > here.slot()) {
                        started.fail(
                            new IllegalArgumentException(
                                String.format(
                                    Locale.ROOT,
                                    "cannot watch map '%s' from slot %d: the group has decided only %d slots, so the slot belongs to another group",
                                    codec.name,
                                    position,
                                    here.slot())));
                      } else {
                        begin(here, started);
                      }
                    }));
  }

  private void begin(MapMachine here, Promise<Watch> started) {
    machine = here;
    subscriptions =
        List.of(here.listen(codec.name, keys, this::changed), here.onRestore(slot -> restored()));
    watcher.addCloseHook(this);
    member.addCloseHook(memberHook);
    started.complete(this);
    pull();
  }

  /**
   * Notes that a slot changed one of the keys. No slot before it did so since the watch had caught
   * up, so that the history need not reach back to where the watch stood then.
   */
  private void changed(long slot) {
    if (!behind) {
      position = Math.max(position, slot - 1);
      behind = true;
    }
    pull();
  }

  private void restored() {
    behind = true;
    pull();
  }

  /**
   * Reads the next batch on the member's context, unless the watcher still handles the previous
   * one.
   */
  private void pull() {
    if (underWay || closed || !behind || machine == null) {
      return;
    }
    MissedChanges missed =
        machine.since(codec.name, keys, position, ViewReader.SLICE, ViewReader.SLICE_BYTES);
    if (missed == null) {
      MapView all = machine.view(codec.name, keys);
      underWay = true;
      position = all.slot();
      behind = false;
      watcher.runOnContext(turn -> read(all));
      return;
    }
    position = missed.upTo();
    behind = !missed.complete();
    if (behind || !missed.slots().isEmpty()) {
      underWay = true;
      missed.slots().forEach(changes -> hand(changes.slot(), () -> changes(changes)));
      readOn();
    }
  }

  /** Reads all entries of the keys on the watcher's context. */
  private void read(MapView all) {
    new ViewReader<>(watcher, all, codec, Integer.MAX_VALUE, Long.MAX_VALUE, () -> !closed)
        .read()
        .onComplete(
            entries -> {
              if (entries.succeeded()) {
                hand(all.slot(), () -> new MapEvent.Snapshot<>(all.slot(), entries.result()));
                readOn();
              } else {
                end(entries.cause());
              }
            });
  }

  /** Reads the next batch once the watcher has handled the events so far. */
  private void readOn() {
    watcher.runOnContext(
        turn ->
            NextPass.run(
                member,
                () -> {
                  underWay = false;
                  pull();
                }));
  }

  /**
   * Delivers one event on the watcher's context, in a turn of its own; the context's exception
   * handler gets what the watcher throws.
   */
  private void hand(long slot, Supplier<MapEvent<V>> decoded) {
    watcher.runOnContext(
        turn -> {
          if (closed) {
            return;
          }
          MapEvent<V> event;
          try {
            event = decoded.get();
          } catch (RuntimeException unreadable) {
            end(unreadable);
            return;
          }
          handed = slot;
          events.handle(event);
        });
  }

  private MapEvent<V> changes(SlotChanges changes) {
    return new MapEvent.Changes<>(
        changes.slot(), changes.changes().stream().map(this::change).toList());
  }

  private ValueChange<V> change(Change change) {
    V value = change.value() == null ? null : codec.decode(change.key(), change.value());
    return new ValueChange<>(change.key(), value, change.version());
  }

  @Override
  public long slot() {
    return handed;
  }

  @Override
  public Future<Void> close() {
    end(null);
    return ended.future().otherwiseEmpty();
  }

  @Override
  public void close(Completable<Void> completion) {
    close().onComplete(completion);
  }

  @Override
  public Future<Void> ended() {
    return ended.future();
  }

  private void end(@Nullable Throwable why) {
    closed = true;
    watcher.removeCloseHook(this);
    member.removeCloseHook(memberHook);
    member.runOnContext(
        turn -> {
          subscriptions.forEach(Subscription::close);
          subscriptions = List.of();
          // The watcher's context may be handling an event; the end follows after it.
          watcher.runOnContext(
              last -> {
                if (why == null) {
                  ended.tryComplete();
                } else {
                  ended.tryFail(why);
                }
              });
        });
  }
}
