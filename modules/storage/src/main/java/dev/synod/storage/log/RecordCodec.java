package dev.synod.storage.log;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.LogRecord.Accepted;
import dev.synod.core.message.LogRecord.Campaigned;
import dev.synod.core.message.LogRecord.Chosen;
import dev.synod.core.message.LogRecord.EpochBegan;
import dev.synod.core.message.LogRecord.Excluded;
import dev.synod.core.message.LogRecord.Initialized;
import dev.synod.core.message.LogRecord.Learned;
import dev.synod.core.message.LogRecord.LeaseGranted;
import dev.synod.core.message.LogRecord.Left;
import dev.synod.core.message.LogRecord.Met;
import dev.synod.core.message.LogRecord.Pledged;
import dev.synod.core.message.LogRecord.Promised;
import dev.synod.core.message.LogRecord.Skipped;
import dev.synod.core.message.LogRecord.Truncated;
import dev.synod.core.message.SkippedCommand;
import dev.synod.core.message.Value;
import dev.synod.storage.file.PageFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes records: one byte for the type, followed by the fields, big-endian. A ballot is its round
 * (8 bytes), the length of the member's name (2) and the name; a value is its time (8), the length
 * of its block (4) and the block.
 *
 * <p>Not thread-safe: it caches the last ballot, because most records contain the ballot of the
 * same leader.
 */
public final class RecordCodec {
  private static final byte PROMISED = 1;
  private static final byte CAMPAIGNED = 2;
  private static final byte ACCEPTED = 3;
  private static final byte LEARNED = 4;
  private static final byte CHOSEN = 5;
  private static final byte TRUNCATED = 6;
  private static final byte INITIALIZED = 7;
  private static final byte LEFT = 8;
  private static final byte EPOCH_BEGAN = 9;
  private static final byte MET = 10;
  private static final byte BARRED = 11;
  private static final byte LEASE_GRANTED = 12;
  private static final byte SKIPPED = 13;
  private static final byte PLEDGED = 14;
  // Types 9 and 11 hold an epoch without a birth, as earlier versions wrote it.
  private static final byte EPOCH_OF_BIRTH_BEGAN = 15;
  private static final byte BARRED_BY_BIRTH = 16;
  // A reason is stored as its index in this list.
  private static final List<ExclusionReason> BARRINGS =
      List.of(
          ExclusionReason.ANOTHER_STORE,
          ExclusionReason.COPY,
          ExclusionReason.SUPERSEDED,
          ExclusionReason.FENCED,
          ExclusionReason.ANOTHER_BIRTH);

  private Ballot ballot = Ballot.NONE;
  private byte[] ballotName = {};

  /**
   * Returns the encoded size of a record, in bytes.
   *
   * @throws IllegalArgumentException if the record cannot be stored
   */
  public static int size(LogRecord record) {
    if (record instanceof Promised promised) {
      return 1 + size(promised.ballot());
    } else if (record instanceof Campaigned campaigned) {
      return 1 + size(campaigned.ballot());
    } else if (record instanceof Accepted accepted) {
      return 1 + size(accepted.entry());
    } else if (record instanceof Learned learned) {
      return 1 + size(learned.entry());
    } else if (record instanceof Chosen chosen) {
      return 1 + slotSize(chosen.slot(), 0);
    } else if (record instanceof Truncated truncated) {
      return 1 + slotSize(truncated.floor(), 0);
    } else if (record instanceof Initialized initialized) {
      return 1 + Long.BYTES + Integer.BYTES + configurationOf(initialized).length;
    } else if (record instanceof EpochBegan began) {
      return 1 + size(began.epoch());
    } else if (record instanceof Met met) {
      return 1 + nameSize(met.member()) + 3 * Long.BYTES;
    } else if (record instanceof Excluded excluded) {
      return 2 + size(excluded.epoch());
    } else if (record instanceof LeaseGranted) {
      return 1 + Long.BYTES;
    } else if (record instanceof Skipped skipped) {
      return 1 + slotSize(skipped.command().slot(), 1) + Integer.BYTES;
    } else if (record instanceof Pledged) {
      return 1 + Long.BYTES;
    } else if (record instanceof Left) {
      return 1;
    }
    throw LogRecord.unhandled(record);
  }

  private static int size(Entry entry) {
    int block = entry.value().block().length;
    if (block > Value.MAX_BLOCK) {
      throw new IllegalArgumentException(
          "the value at slot "
              + entry.slot()
              + " has "
              + block
              + " bytes; at most "
              + Value.MAX_BLOCK
              + " can be stored");
    }
    return slotSize(entry.slot(), 1) + size(entry.ballot()) + Long.BYTES + Integer.BYTES + block;
  }

  private static int size(Ballot ballot) {
    return Long.BYTES + nameSize(ballot.member());
  }

  static int size(Epoch epoch) {
    return 2 * Long.BYTES + nameSize(epoch.by());
  }

  private static int nameSize(String name) {
    int bytes = name.length();
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 0x80) {
        bytes = name.getBytes(StandardCharsets.UTF_8).length;
        break;
      }
    }
    if (bytes > PageFormat.MAX_NAME) {
      throw new IllegalArgumentException(
          "a member's name has "
              + bytes
              + " bytes; at most "
              + PageFormat.MAX_NAME
              + " can be stored");
    }
    return Short.BYTES + bytes;
  }

  private static int slotSize(long slot, long least) {
    if (slot < least || slot > PageFormat.MAX_SLOT) {
      throw new IllegalArgumentException("not a slot: " + slot);
    }
    return Long.BYTES;
  }

  void write(LogRecord record, ByteBuffer to) {
    if (record instanceof Promised promised) {
      write(promised.ballot(), to.put(PROMISED));
    } else if (record instanceof Campaigned campaigned) {
      write(campaigned.ballot(), to.put(CAMPAIGNED));
    } else if (record instanceof Accepted accepted) {
      write(accepted.entry(), to.put(ACCEPTED));
    } else if (record instanceof Learned learned) {
      write(learned.entry(), to.put(LEARNED));
    } else if (record instanceof Chosen chosen) {
      to.put(CHOSEN).putLong(chosen.slot());
    } else if (record instanceof Truncated truncated) {
      to.put(TRUNCATED).putLong(truncated.floor());
    } else if (record instanceof Initialized initialized) {
      byte[] configuration = configurationOf(initialized);
      to.put(INITIALIZED)
          .putLong(initialized.alpha())
          .putInt(configuration.length)
          .put(configuration);
    } else if (record instanceof EpochBegan began) {
      write(began.epoch(), to.put(EPOCH_OF_BIRTH_BEGAN));
    } else if (record instanceof Met met) {
      PageFormat.putName(to.put(MET), met.member());
      Incarnation incarnation = met.incarnation();
      to.putLong(incarnation.store()).putLong(incarnation.start()).putLong(incarnation.token());
    } else if (record instanceof Excluded excluded) {
      write(excluded.epoch(), to.put(BARRED_BY_BIRTH).put((byte) BARRINGS.indexOf(excluded.why())));
    } else if (record instanceof LeaseGranted granted) {
      to.put(LEASE_GRANTED).putLong(granted.duration());
    } else if (record instanceof Skipped skipped) {
      to.put(SKIPPED).putLong(skipped.command().slot()).putInt(skipped.command().index());
    } else if (record instanceof Pledged pledged) {
      to.put(PLEDGED).putLong(pledged.store());
    } else if (record instanceof Left) {
      to.put(LEFT);
    } else {
      throw LogRecord.unhandled(record);
    }
  }

  static void write(Epoch epoch, ByteBuffer to) {
    PageFormat.putName(to.putLong(epoch.birth()).putLong(epoch.number()), epoch.by());
  }

  static Epoch readEpoch(ByteBuffer from) {
    return readEpoch(PageFormat.need(from, Long.BYTES).getLong(), from);
  }

  private static Epoch readEpoch(long birth, ByteBuffer from) {
    return new Epoch(birth, PageFormat.need(from, Long.BYTES).getLong(), PageFormat.name(from));
  }

  private static Met readMet(ByteBuffer from) {
    String member = PageFormat.name(from);
    PageFormat.need(from, 3 * Long.BYTES);
    return new Met(member, new Incarnation(from.getLong(), from.getLong(), from.getLong()));
  }

  private static ExclusionReason readReason(ByteBuffer from) {
    byte why = PageFormat.need(from, 1).get();
    if (why < 0 || why >= BARRINGS.size()) {
      throw new IllegalArgumentException("there is no reason with the number " + why);
    }
    return BARRINGS.get(why);
  }

  private static Skipped readSkipped(ByteBuffer from) {
    long slot = PageFormat.slot(from, 1);
    return new Skipped(new SkippedCommand(slot, PageFormat.need(from, Integer.BYTES).getInt()));
  }

  private static byte[] configurationOf(Initialized initialized) {
    return GroupCommand.toBytes(initialized.configuration());
  }

  private static Initialized readInitialized(ByteBuffer from) {
    PageFormat.need(from, Long.BYTES + Integer.BYTES);
    long alpha = from.getLong();
    int length = from.getInt();
    if (alpha < 1 || length < 0) {
      throw new IllegalArgumentException(
          "an initial configuration of " + length + " bytes, window " + alpha);
    }
    PageFormat.need(from, length);
    byte[] bytes = new byte[length];
    from.get(bytes);
    return new Initialized(alpha, GroupCommand.configuration(bytes));
  }

  private void write(Entry entry, ByteBuffer to) {
    to.putLong(entry.slot());
    write(entry.ballot(), to);
    byte[] block = entry.value().block();
    to.putLong(entry.value().time()).putInt(block.length).put(block);
  }

  private void write(Ballot ballot, ByteBuffer to) {
    if (!ballot.member().equals(this.ballot.member())) {
      ballotName = ballot.member().getBytes(StandardCharsets.UTF_8);
    }
    this.ballot = ballot;
    to.putLong(ballot.round()).putShort((short) ballotName.length).put(ballotName);
  }

  /**
   * Reads a record. Allocates no more than the buffer holds.
   *
   * @throws IllegalArgumentException if there is no valid record
   */
  LogRecord read(ByteBuffer from) {
    byte type = PageFormat.need(from, 1).get();
    return switch (type) {
      case PROMISED -> new Promised(readBallot(from));
      case CAMPAIGNED -> new Campaigned(readBallot(from));
      case ACCEPTED -> new Accepted(readEntry(from));
      case LEARNED -> new Learned(readEntry(from));
      case CHOSEN -> new Chosen(PageFormat.slot(from, 0));
      case TRUNCATED -> new Truncated(PageFormat.slot(from, 0));
      case INITIALIZED -> readInitialized(from);
      case LEFT -> new Left();
      case EPOCH_BEGAN -> new EpochBegan(readEpoch(0, from));
      case EPOCH_OF_BIRTH_BEGAN -> new EpochBegan(readEpoch(from));
      case MET -> readMet(from);
      case BARRED -> new Excluded(readReason(from), readEpoch(0, from));
      case BARRED_BY_BIRTH -> new Excluded(readReason(from), readEpoch(from));
      case PLEDGED -> new Pledged(PageFormat.need(from, Long.BYTES).getLong());
      case LEASE_GRANTED -> new LeaseGranted(PageFormat.need(from, Long.BYTES).getLong());
      case SKIPPED -> readSkipped(from);
      default -> throw new IllegalArgumentException("there is no record of type " + type);
    };
  }

  private Entry readEntry(ByteBuffer from) {
    long slot = PageFormat.slot(from, 1);
    Ballot ballot = readBallot(from);
    PageFormat.need(from, Long.BYTES + Integer.BYTES);
    long time = from.getLong();
    int length = from.getInt();
    if (length < 0) {
      throw new IllegalArgumentException("a value of " + length + " bytes");
    }
    PageFormat.need(from, length);
    byte[] block = new byte[length];
    from.get(block);
    return new Entry(slot, ballot, Value.of(time, block));
  }

  private Ballot readBallot(ByteBuffer from) {
    long round = PageFormat.need(from, Long.BYTES).getLong();
    byte[] name = PageFormat.nameBytes(from);
    if (round != ballot.round() || !Arrays.equals(name, ballotName)) {
      ballot = new Ballot(round, new String(name, StandardCharsets.UTF_8));
      ballotName = name;
    }
    return ballot;
  }
}
