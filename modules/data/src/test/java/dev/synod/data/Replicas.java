package dev.synod.data;

import dev.synod.core.StateMachine;
import dev.synod.core.StateMachines;
import dev.synod.data.machine.MapCodec;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.map.MissedChanges;
import dev.synod.data.map.SlotChanges;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drives machines as a replica does, without one. */
public final class Replicas {
  /** A position in the log, whose time is the slot; of sessions a map knows nothing. */
  public record At(long slot, int index) implements StateMachine.Context {
    @Override
    public long time() {
      return slot;
    }

    @Override
    public long session() {
      return 1;
    }
  }

  /** A result as its reader sees it. */
  public record Result(boolean done, long version, @Nullable String previous) {}

  private Replicas() {}

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static byte[] command(byte kind, String map, String key, long version, String value) {
    return command(kind, map, key, version, 0, value);
  }

  public static byte[] command(
      byte kind, String map, String key, long version, long life, String value) {
    return unaddressed(MapCodec.write(utf8(map), part(kind, key, version, life, value)));
  }

  /** A part of a transaction. */
  public static MapCodec.Part part(byte kind, String key, long version, long life, String value) {
    Buffer bytes = MapCodec.hasValue(kind) ? Buffer.buffer(value) : null;
    long lives = bytes == null ? 0 : life;
    return new MapCodec.Part(kind, utf8(key), version, lives, bytes);
  }

  /** A transaction, as the machine gets it. */
  public static byte[] transaction(
      String map,
      List<MapCodec.Part> conditions,
      List<MapCodec.Part> then,
      List<MapCodec.Part> otherwise) {
    return unaddressed(MapCodec.transaction(utf8(map), conditions, then, otherwise));
  }

  /** The removal of a prefix, as the machine gets it. */
  public static byte[] removePrefix(String map, String prefix) {
    return unaddressed(MapCodec.removePrefix(utf8(map), utf8(prefix)));
  }

  /** Begins a slot, whose time is its number. */
  public static void begin(MapMachine machine, long slot) {
    if (machine.nextDeadline(Long.MIN_VALUE) <= slot) {
      machine.timePassed(new At(slot, 0));
    }
  }

  /** What the machine gets of a command. */
  static byte[] unaddressed(byte[] command) {
    int address = StateMachines.address(MapMachine.NAME, 0).length;
    return Arrays.copyOfRange(command, address, command.length);
  }

  /** The result of a command as the machine returns it. */
  public static byte[] raw(MapMachine machine, long slot, byte[] command) {
    return machine.apply(new At(slot, 0), ByteBuffer.wrap(command));
  }

  public static Result apply(MapMachine machine, long slot, byte[] command) {
    ByteBuffer bytes = ByteBuffer.wrap(raw(machine, slot, command));
    int flags = bytes.get();
    long version = bytes.getLong();
    String previous =
        (flags & MapCodec.HAS_PREVIOUS) == 0
            ? null
            : StandardCharsets.UTF_8.decode(bytes).toString();
    return new Result((flags & MapCodec.DONE) != 0, version, previous);
  }

  /** A slot with one put. */
  public static void put(MapMachine machine, long slot, String map, String key, String value) {
    apply(machine, slot, command(MapCodec.PUT, map, key, 0, value));
    machine.applied(slot);
  }

  /** All changes of a map after a slot; null if the history does not reach back to it. */
  public static @Nullable List<SlotChanges> since(MapMachine machine, String map, long slot) {
    MissedChanges missed = machine.since(map, slot, Integer.MAX_VALUE, Long.MAX_VALUE);
    return missed == null ? null : missed.slots();
  }

  public static byte[] snapshot(MapMachine machine) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      machine.snapshot(new DataOutputStream(bytes));
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return bytes.toByteArray();
  }

  public static void restore(MapMachine machine, byte[] snapshot) {
    try {
      machine.restore(new DataInputStream(new ByteArrayInputStream(snapshot)));
    } catch (IOException bad) {
      throw new UncheckedIOException(bad);
    }
  }
}
