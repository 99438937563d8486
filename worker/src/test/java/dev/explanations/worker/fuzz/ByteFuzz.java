package dev.explanations.worker.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Damages bytes as transports, converters and clumsy producers do. */
public final class ByteFuzz {

  private static final byte[][] PREFIXES = {
    {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, // byte order mark
    {0, 0, 0, 0, 7}, // schema id
    {0x1F, (byte) 0x8B, 8}, // gzip
    {(byte) 0xFF, (byte) 0xFE},
    {0},
    {' ', '\n'},
  };

  private ByteFuzz() {}

  public static byte[] mutate(byte[] bytes, RandomGenerator random) {
    int at = random.nextInt(bytes.length + 1);
    return switch (random.nextInt(7)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> flipped(bytes, random);
      case 2 -> joined(Choice.of(random, PREFIXES), bytes);
      case 3 -> joined(joined(Arrays.copyOf(bytes, at), Choice.bytes(random, 8)), tail(bytes, at));
      case 4 -> inUtf16(bytes, random);
      case 5 -> Choice.bytes(random, 200);
      default -> joined(bytes, tail(bytes, at));
    };
  }

  private static byte[] flipped(byte[] bytes, RandomGenerator random) {
    byte[] copy = bytes.clone();
    for (int i = Math.min(copy.length, 1 + random.nextInt(3)); i > 0; i--) {
      copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }

  private static byte[] inUtf16(byte[] bytes, RandomGenerator random) {
    return new String(bytes, StandardCharsets.UTF_8)
        .getBytes(random.nextBoolean() ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE);
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
