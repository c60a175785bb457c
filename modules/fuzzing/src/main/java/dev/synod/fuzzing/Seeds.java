package dev.synod.fuzzing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where a fuzz test begins: valid inputs, and damaged ones. The ordinary build tries these and no
 * others, the same ones each time; a fuzzer goes on from them.
 */
public final class Seeds {
  private static final int DAMAGED = 40;

  /** What a length, a count or a number is where code forgets to look. */
  private static final int[] NUMBERS = {
    0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x0fff_ffff, 0xffff, 0x7fff_ff00
  };

  private Seeds() {}

  /** The texts, and each of them damaged in many ways. */
  public static Stream<byte[]> texts(String... valid) {
    return around(Arrays.stream(valid).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** The inputs, and each of them damaged in many ways. */
  public static Stream<byte[]> around(Collection<byte[]> valid) {
    return valid.stream()
        .flatMap(
            input ->
                Stream.concat(
                    Stream.of(input),
                    IntStream.range(0, input.length == 0 ? 0 : DAMAGED)
                        .mapToObj(i -> damaged(input, new Random(31L * input.length + i)))));
  }

  private static byte[] damaged(byte[] input, Random random) {
    byte[] bytes = input.clone();
    for (int times = 1 + random.nextInt(3); times > 0 && bytes.length > 0; times--) {
      int at = random.nextInt(bytes.length);
      int piece = 1 + random.nextInt(Math.min(16, bytes.length - at));
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = spliced(bytes, at, at + piece, new byte[0]);
        case 4 -> bytes = spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + piece));
        default -> {
          if (bytes.length - at >= Integer.BYTES) {
            ByteBuffer.wrap(bytes).putInt(at, NUMBERS[random.nextInt(NUMBERS.length)]);
          }
        }
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] instead) {
    return ByteBuffer.allocate(bytes.length - (to - from) + instead.length)
        .put(bytes, 0, from)
        .put(instead)
        .put(bytes, to, bytes.length - to)
        .array();
  }
}
