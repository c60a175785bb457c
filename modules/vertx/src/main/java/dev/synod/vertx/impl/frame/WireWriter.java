package dev.synod.vertx.impl.frame;

import dev.synod.core.Snapshot;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.Foundation;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Value;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Writes the fields of a frame in their order. Numbers have a fixed length: a frame carries about
 * 120 bytes of event-bus headers and mostly one batch of commands, so that shorter numbers would
 * save little and cost a loop per number.
 */
abstract sealed class WireWriter {
  abstract void octet(int value);

  abstract void integer(int value);

  abstract void number(long value);

  /** Writes bytes without their length. */
  abstract void raw(byte[] value);

  abstract void characters(String value);

  final void bytes(byte[] value) {
    integer(value.length);
    raw(value);
  }

  final void flag(boolean value) {
    octet(value ? 1 : 0);
  }

  final void name(String value) {
    octet(value.length());
    characters(value);
  }

  final void ballot(Ballot ballot) {
    number(ballot.round());
    name(ballot.member());
  }

  final void incarnation(Incarnation incarnation) {
    number(incarnation.store());
    number(incarnation.start());
    number(incarnation.token());
  }

  final void epoch(Epoch epoch) {
    number(epoch.birth());
    number(epoch.number());
    name(epoch.by());
  }

  final void foundation(Foundation foundation) {
    number(foundation.alpha());
    bytes(GroupCommand.toBytes(foundation.configuration()));
    integer(foundation.without().size());
    foundation.without().forEach(this::name);
  }

  final void met(List<LogRecord.Met> met) {
    integer(met.size());
    for (LogRecord.Met each : met) {
      name(each.member());
      incarnation(each.incarnation());
    }
  }

  final void value(Value value) {
    number(value.time());
    bytes(value.block());
  }

  final void entries(List<Entry> entries) {
    integer(entries.size());
    for (Entry entry : entries) {
      number(entry.slot());
      ballot(entry.ballot());
      value(entry.value());
    }
  }

  final void snapshot(Snapshot snapshot) {
    number(snapshot.slot());
    number(snapshot.length());
    integer(snapshot.checksum());
  }

  final void command(Command command) {
    number(command.session());
    number(command.sequence());
    number(command.acknowledged());
    bytes(command.payload());
  }

  /** Counts the bytes, and refuses content that could not be read back. */
  static final class Measure extends WireWriter {
    private long size;

    /** Returns the number of bytes so far. */
    long size() {
      return size;
    }

    @Override
    void octet(int value) {
      size += Byte.BYTES;
    }

    @Override
    void integer(int value) {
      size += Integer.BYTES;
    }

    @Override
    void number(long value) {
      size += Long.BYTES;
    }

    @Override
    void raw(byte[] value) {
      size += value.length;
    }

    @Override
    void characters(String value) {
      if (!value.isEmpty()) { // Ballot.NONE and the first epoch have an empty member
        Names.check(value);
      }
      size += value.length();
    }
  }

  /**
   * Writes into a buffer of the final length, because growing a large frame would copy it several
   * times.
   */
  static final class Writer extends WireWriter {
    private final Buffer buffer;
    private int position;

    /** Appends {@code size} bytes to the buffer, which the following calls fill. */
    Writer(Buffer buffer, int size) {
      this.buffer = buffer;
      position = buffer.length();
      if (size > 0) {
        buffer.setByte(position + size - 1, (byte) 0);
      }
    }

    @Override
    void octet(int value) {
      buffer.setByte(position, (byte) value);
      position += Byte.BYTES;
    }

    @Override
    void integer(int value) {
      buffer.setInt(position, value);
      position += Integer.BYTES;
    }

    @Override
    void number(long value) {
      buffer.setLong(position, value);
      position += Long.BYTES;
    }

    @Override
    void raw(byte[] value) {
      buffer.setBytes(position, value);
      position += value.length;
    }

    @Override
    void characters(String value) {
      for (int i = 0; i < value.length(); i++) {
        buffer.setByte(position + i, (byte) value.charAt(i));
      }
      position += value.length();
    }
  }
}
