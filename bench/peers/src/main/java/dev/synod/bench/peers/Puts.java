package dev.synod.bench.peers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Puts as bytes, and the replicated map that peers without one of their own make of them. */
final class Puts {
  private static final String[] KEYS =
      IntStream.range(0, 1_000).mapToObj(i -> "key-" + i).toArray(String[]::new);
  private static final byte[][] KEY_BYTES =
      IntStream.range(0, KEYS.length)
          .mapToObj(i -> KEYS[i].getBytes(StandardCharsets.UTF_8))
          .toArray(byte[][]::new);

  private final Map<String, byte[]> map = new HashMap<>();

  static int keys() {
    return KEYS.length;
  }

  static String key(long number) {
    return KEYS[(int) (number % KEYS.length)];
  }

  static byte[] keyBytes(long number) {
    return KEY_BYTES[(int) (number % KEYS.length)];
  }

  /** Length of the key, key, value. */
  static byte[] encode(long number, byte[] value) {
    byte[] key = keyBytes(number);
    return ByteBuffer.allocate(1 + key.length + value.length)
        .put((byte) key.length)
        .put(key)
        .put(value)
        .array();
  }

  /** Applies one. */
  void apply(ByteBuffer put) {
    byte[] key = new byte[put.get()];
    put.get(key);
    byte[] value = new byte[put.remaining()];
    put.get(value);
    map.put(new String(key, StandardCharsets.UTF_8), value);
  }

  /** All of the map, in a form that only {@link #restore} reads. */
  byte[] snapshot() {
    int size = 0;
    for (Map.Entry<String, byte[]> entry : map.entrySet()) {
      size += 2 * Integer.BYTES + entry.getKey().length() + entry.getValue().length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    map.forEach(
        (key, value) ->
            bytes
                .putInt(key.length())
                .put(key.getBytes(StandardCharsets.US_ASCII))
                .putInt(value.length)
                .put(value));
    return bytes.array();
  }

  void restore(byte[] snapshot) {
    map.clear();
    ByteBuffer bytes = ByteBuffer.wrap(snapshot);
    while (bytes.hasRemaining()) {
      byte[] key = new byte[bytes.getInt()];
      bytes.get(key);
      byte[] value = new byte[bytes.getInt()];
      bytes.get(value);
      map.put(new String(key, StandardCharsets.US_ASCII), value);
    }
  }
}
