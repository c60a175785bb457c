package dev.synod.core.member;

import dev.synod.core.Snapshot;
import dev.synod.core.host.Settings;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.Message.Chunk;
import dev.synod.core.message.Message.Fetch;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a snapshot from another member, with a window of chunks in flight, while the member
 * continues to promise, accept and learn. Another member that has the same snapshot can take over;
 * the checksum of the whole snapshot decides in the end.
 */
final class SnapshotFetch {
  private sealed interface State {}

  private record Idle() implements State {}

  private record Fetching(Snapshot snapshot) implements State {}

  /** All chunks are written; the host verifies, stores and reads the snapshot. */
  private record Preparing(Snapshot snapshot) implements State {}

  private static final Idle IDLE = new Idle();

  /** Marks a chunk that has arrived and is being written, in place of its request time. */
  private static final long WRITING = Long.MAX_VALUE;

  private final SnapshotFiles files;
  private final Settings settings;
  private final MemberClock clock;

  private State state = IDLE;
  private String teacher = "";

  /** Request times of the chunks in flight, by offset. */
  private final TreeMap<Long, Long> underWay = new TreeMap<>();

  /** Offset of the first byte that was not requested yet. */
  private long next;

  /** Arrival time of the last chunk. */
  private long heardAt;

  SnapshotFetch(MemberContext context, SnapshotFiles files) {
    this.settings = context.settings();
    this.clock = context.clock();
    this.files = files;
  }

  /** Returns the snapshot that is being fetched; null if there is none. */
  @Nullable Snapshot fetching() {
    return state instanceof Fetching fetching ? fetching.snapshot() : null;
  }

  /** Returns the member from which the last snapshot was fetched; empty if there is none. */
  String teacher() {
    return teacher;
  }

  /** Tells whether no snapshot is being fetched or installed. */
  boolean isIdle() {
    return state instanceof Idle;
  }

  /** Handles an offered snapshot that would advance this member. */
  void offered(String from, Snapshot snapshot, Effects out) {
    if (state instanceof Preparing) {
      return;
    }
    if (state instanceof Fetching fetching) {
      if (clock.now() - heardAt < settings.electionTimeout()) {
        return;
      }
      if (fetching.snapshot().equals(snapshot)) {
        teacher = from;
        heardAt = clock.now();
        askAgain(snapshot, clock.now(), out);
        return;
      }
    }
    state = new Fetching(snapshot);
    teacher = from;
    heardAt = clock.now();
    next = 0;
    underWay.clear();
    files.begin(snapshot);
    fill(snapshot, out);
  }

  private void fill(Snapshot snapshot, Effects out) {
    while (underWay.size() < settings.compaction().window() && next < snapshot.length()) {
      ask(snapshot, next, out);
      next += length(snapshot, next);
    }
  }

  private int length(Snapshot snapshot, long offset) {
    return (int) Math.min(settings.compaction().chunk(), snapshot.length() - offset);
  }

  private void ask(Snapshot snapshot, long offset, Effects out) {
    underWay.put(offset, clock.now());
    out.send(teacher, new Fetch(snapshot, offset, length(snapshot, offset)));
  }

  private void askAgain(Snapshot snapshot, long askedUntil, Effects out) {
    List<Long> late = new ArrayList<>();
    underWay.forEach(
        (offset, askedAt) -> {
          if (askedAt <= askedUntil) {
            late.add(offset);
          }
        });
    late.forEach(offset -> ask(snapshot, offset, out));
  }

  /** Handles a chunk. */
  void arrived(Chunk chunk) {
    if (!(state instanceof Fetching fetching) || !fetching.snapshot().equals(chunk.snapshot())) {
      return;
    }
    Long askedAt = underWay.get(chunk.offset());
    if (askedAt == null || askedAt == WRITING) {
      return;
    }
    if (chunk.bytes().length == 0) {
      // The sender has replaced its snapshot and will offer the new one.
      state = IDLE;
    } else if (chunk.bytes().length == length(fetching.snapshot(), chunk.offset())) {
      heardAt = clock.now();
      underWay.put(chunk.offset(), WRITING);
      files.write(fetching.snapshot(), chunk.offset(), chunk.bytes());
    }
  }

  /** Records that a chunk is written. */
  void written(Snapshot snapshot, long offset, Effects out) {
    if (!(state instanceof Fetching fetching)
        || !fetching.snapshot().equals(snapshot)
        || underWay.getOrDefault(offset, 0L) != WRITING) {
      return;
    }
    underWay.remove(offset);
    fill(snapshot, out);
    if (underWay.isEmpty()) {
      state = new Preparing(snapshot);
      files.install(snapshot);
    }
  }

  /** Ends the fetch, successful or not. */
  void ended() {
    state = IDLE;
  }

  /** Abandons the fetch if the log has reached the slot of the snapshot. */
  void delivered(long delivered) {
    if (state instanceof Fetching fetching && fetching.snapshot().slot() <= delivered) {
      state = IDLE;
    }
  }

  /**
   * Asks again for chunks that did not come; called with each tick. A giver that has been silent
   * for as long as a snapshot is lent may be gone, and the fetch is abandoned: a witness that knows
   * all slots is offered no other snapshot until it asks for one.
   */
  void tick(Effects out) {
    if (state instanceof Fetching fetching) {
      boolean asks = underWay.values().stream().anyMatch(askedAt -> askedAt != WRITING);
      long patience = Math.max(settings.requestTimeout(), settings.electionTimeout());
      if (asks && clock.now() - heardAt >= patience) {
        state = IDLE;
      } else {
        askAgain(fetching.snapshot(), clock.now() - 2 * settings.retry(), out);
      }
    }
  }
}
