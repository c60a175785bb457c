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
 * Fetches a snapshot from another member, a window of pieces at a time, while the member goes on
 * promising, accepting and learning. Another teacher that has the same snapshot can take over; the
 * checksum of the whole is what counts in the end.
 */
final class SnapshotFetch {
  private sealed interface State {}

  private record Idle() implements State {}

  private record Fetching(Snapshot snapshot) implements State {}

  /** All pieces are there; they are being checked, made durable and read. */
  private record Preparing(Snapshot snapshot) implements State {}

  private static final Idle IDLE = new Idle();

  /** In place of the time when a piece was asked for: it has come, and is being written. */
  private static final long WRITING = Long.MAX_VALUE;

  private final SnapshotFiles files;
  private final Settings settings;
  private final MemberClock clock;

  private State state = IDLE;
  private String teacher = "";

  /** The pieces under way by their offset, and when each was asked for. */
  private final TreeMap<Long, Long> underWay = new TreeMap<>();

  /** The first byte that was not asked for yet. */
  private long next;

  /** When anything of it came last. */
  private long heardAt;

  SnapshotFetch(MemberContext context, SnapshotFiles files) {
    this.settings = context.settings();
    this.clock = context.clock();
    this.files = files;
  }

  /** The snapshot that is being fetched; null if none is. */
  @Nullable Snapshot fetching() {
    return state instanceof Fetching fetching ? fetching.snapshot() : null;
  }

  /** From whom the last one was fetched; empty if none was. */
  String teacher() {
    return teacher;
  }

  /** Whether no snapshot is being fetched or installed. */
  boolean isIdle() {
    return state instanceof Idle;
  }

  /** That member offers a snapshot, which would bring this one on. */
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

  /** A piece has come. */
  void arrived(Chunk chunk) {
    if (!(state instanceof Fetching fetching) || !fetching.snapshot().equals(chunk.snapshot())) {
      return;
    }
    Long askedAt = underWay.get(chunk.offset());
    if (askedAt == null || askedAt == WRITING) {
      return;
    }
    if (chunk.bytes().length == 0) {
      // Its teacher has another one by now, and will offer that.
      state = IDLE;
    } else if (chunk.bytes().length == length(fetching.snapshot(), chunk.offset())) {
      heardAt = clock.now();
      underWay.put(chunk.offset(), WRITING);
      files.write(fetching.snapshot(), chunk.offset(), chunk.bytes());
    }
  }

  /** A piece is written. */
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

  /** It came to its end, whether it was good or not. */
  void ended() {
    state = IDLE;
  }

  /** The log has come as far by itself as the snapshot would bring it. */
  void delivered(long delivered) {
    if (state instanceof Fetching fetching && fetching.snapshot().slot() <= delivered) {
      state = IDLE;
    }
  }

  /** Asks again for pieces that did not come; called with each tick. */
  void tick(Effects out) {
    if (state instanceof Fetching fetching) {
      askAgain(fetching.snapshot(), clock.now() - 2 * settings.retry(), out);
    }
  }
}
