package dev.synod.storage.log;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Accepted;
import dev.synod.core.message.LogRecord.Campaigned;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.core.message.LogRecord.Learned;
import dev.synod.core.message.LogRecord.Promised;
import dev.synod.core.message.LogRecord.Truncated;
import dev.synod.storage.file.PageFormat;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The progress of the log apart from its values. Every header repeats it, so that neither a damaged
 * record nor a removed segment loses a promise (I6, I4).
 *
 * @param promised highest promised ballot, by a promise or an accepted value
 * @param campaigned highest ballot that the member used for its own proposals
 * @param chosen highest slot up to which the values of the log are known to be chosen
 * @param floor slot up to which every slot is in a snapshot
 * @param top highest slot of any record
 * @param longestLease longest lease that the member may have granted, in milliseconds
 * @param identity mark of the records of identity; null in a log of a version without it
 */
record Marks(
    Ballot promised,
    Ballot campaigned,
    long chosen,
    long floor,
    long top,
    long longestLease,
    @Nullable IdentityMark identity) {
  static final Marks NONE = new Marks(Ballot.NONE, Ballot.NONE, 0, 0, 0, 0, null);

  /** Returns these marks with the mark of the records of identity after the same batch. */
  Marks with(IdentityMark mark) {
    return new Marks(promised, campaigned, chosen, floor, top, longestLease, mark);
  }

  Marks after(LogRecord record) {
    if (record instanceof Promised promise) {
      return promise(promise.ballot());
    } else if (record instanceof Campaigned campaign) {
      return campaigned.isBelow(campaign.ballot())
          ? new Marks(promised, campaign.ballot(), chosen, floor, top, longestLease, identity)
          : this;
    } else if (record instanceof Accepted accepted) {
      return promise(accepted.entry().ballot()).reach(accepted.entry().slot());
    } else if (record instanceof Learned learned) {
      return reach(learned.entry().slot());
    } else if (record instanceof Chosen notice) {
      return notice.slot() > chosen
          ? new Marks(
              promised,
              campaigned,
              notice.slot(),
              floor,
              Math.max(top, notice.slot()),
              longestLease,
              identity)
          : this;
    } else if (record instanceof Truncated truncated) {
      long cut = truncated.floor();
      return cut > floor
          ? new Marks(promised, campaigned, chosen, cut, Math.max(top, cut), longestLease, identity)
          : this;
    } else if (record instanceof LogRecord.LeaseGranted granted) {
      return new Marks(
          promised,
          campaigned,
          chosen,
          floor,
          top,
          Math.max(longestLease, granted.duration()),
          identity);
    } else if (record instanceof LogRecord.Skipped skipped) {
      return reach(skipped.command().slot());
    } else if (record instanceof LogRecord.Initialized
        || record instanceof LogRecord.Left
        || record instanceof LogRecord.OfIdentity) {
      return this;
    }
    throw LogRecord.unhandled(record);
  }

  /** Returns the slot whose state depends on a record; 0 if there is none. */
  static long slot(LogRecord record) {
    if (record instanceof Accepted accepted) {
      return accepted.entry().slot();
    } else if (record instanceof Learned learned) {
      return learned.entry().slot();
    }
    return record instanceof LogRecord.Skipped skipped ? skipped.command().slot() : 0;
  }

  private Marks promise(Ballot ballot) {
    return promised.isBelow(ballot)
        ? new Marks(ballot, campaigned, chosen, floor, top, longestLease, identity)
        : this;
  }

  Marks reach(long slot) {
    return slot > top
        ? new Marks(promised, campaigned, chosen, floor, slot, longestLease, identity)
        : this;
  }

  /**
   * Returns these marks with the ballots and the lease of the other marks where they are higher.
   */
  Marks withBallotsOf(Marks other) {
    return new Marks(
        max(promised, other.promised),
        max(campaigned, other.campaigned),
        chosen,
        floor,
        top,
        Math.max(longestLease, other.longestLease),
        identity);
  }

  /** Returns the maximum of each mark; the identity is that of the later header. */
  Marks max(Marks other) {
    return new Marks(
        max(promised, other.promised),
        max(campaigned, other.campaigned),
        Math.max(chosen, other.chosen),
        Math.max(floor, other.floor),
        Math.max(top, other.top),
        Math.max(longestLease, other.longestLease),
        other.identity != null ? other.identity : identity);
  }

  private static Ballot max(Ballot one, Ballot other) {
    return one.isBelow(other) ? other : one;
  }

  void write(ByteBuffer to) {
    to.putLong(chosen).putLong(floor).putLong(top).putLong(longestLease);
    PageFormat.putName(to.putLong(promised.round()), promised.member());
    PageFormat.putName(to.putLong(campaigned.round()), campaigned.member());
  }

  /** Writes the mark of the identity, as the last part of a header. */
  void writeIdentity(ByteBuffer to) {
    if (identity != null) {
      identity.write(to);
    }
  }

  /**
   * Reads the last part of a header.
   *
   * @param end position after the header, without its checksum
   */
  Marks readIdentity(ByteBuffer from, int end) {
    return from.position() < end ? with(IdentityMark.read(from)) : this;
  }

  static Marks read(ByteBuffer from) {
    long chosen = PageFormat.slot(from, 0);
    long floor = PageFormat.slot(from, 0);
    long top = PageFormat.slot(from, 0);
    long longestLease = PageFormat.slot(from, 0);
    Ballot promised = readBallot(from);
    Ballot campaigned = readBallot(from);
    return new Marks(promised, campaigned, chosen, floor, top, longestLease, null);
  }

  private static Ballot readBallot(ByteBuffer from) {
    long round = PageFormat.need(from, Long.BYTES).getLong();
    return new Ballot(round, PageFormat.name(from));
  }
}
