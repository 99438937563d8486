package dev.explanations.lab.guarantees.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Random secrets, each with the same mark at its beginning and at its end, so that one look finds
 * any of them, whole, cut in two, or encoded. Used by one thread.
 */
final class Canaries {

  /** Without what URL encoding, JSON or a log would write in another way. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  private static final int AROUND = 120;

  private final RandomGenerator random = new SecureRandom();
  private final String mark = text(12);
  private final List<String> needles = needles(mark);
  private final Map<String, String> planted = new LinkedHashMap<>();

  /** A new secret; has characters that are written otherwise in URLs and in JSON. */
  String plant(String name) {
    String canary = mark + text(10) + "+/\"&=" + mark;
    planted.put(name, canary);
    return canary;
  }

  /** What each is, by the name that it was planted under. */
  Map<String, String> planted() {
    return Map.copyOf(planted);
  }

  /** Where the text gives a secret away, with what stands around it; empty if it does not. */
  List<String> in(String text) {
    // as the other alphabet of Base64 has it
    String plain = text.replace('-', '+').replace('_', '/');
    List<String> found = new ArrayList<>();
    for (String needle : needles) {
      int at = plain.indexOf(needle);
      if (at >= 0) {
        found.add(text.substring(Math.max(0, at - AROUND), Math.min(text.length(), at + AROUND)));
      }
    }
    return found;
  }

  private String text(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  private static List<String> needles(String mark) {
    byte[] bytes = mark.getBytes(UTF_8);
    List<String> needles = new ArrayList<>(List.of(mark, HexFormat.of().formatHex(bytes)));
    // what comes before it shifts Base64; characters that its neighbours have a part in do not
    // count
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, shifted, before, bytes.length);
      String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      needles.add(encoded.substring((before * 8 + 5) / 6, shifted.length * 8 / 6));
    }
    return needles;
  }
}
