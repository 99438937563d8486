package dev.explanations.worker.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Makes JSON of JSON: most of it still parses, and is wrong in a few tokens. Mutated bytes alone
 * would never get past a parser.
 */
public final class JsonFuzz {

  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"|[^\\s{}\\[\\],:\"]++|[{}\\[\\],:]");

  /** Numbers, literals, texts and instants at the edge of what a reader expects. */
  private static final List<String> ODD =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-0",
          "-1",
          "1.0",
          "0.5",
          "1e400",
          "-1e400",
          "1e-400",
          "1e999999999",
          "1E+2147483648",
          "2147483647",
          "2147483648",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "NaN",
          "-Infinity",
          "01",
          "{}",
          "[]",
          "[[]]",
          "{\"a\":1}",
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"\\n\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\ud83c\\udf31\"",
          "\"\u2028\"",
          "\"\u0085\"",
          "\"\uFEFF\"",
          "\"\uFFFD\"",
          "\"null\"",
          "\"-1\"",
          "\"9223372036854775808\"",
          "\"%s%n\"",
          "\"$1\\\\\"",
          "\"/\"",
          "\"/9\"",
          "\"q/-2\"",
          "\"q/99999999999999999999\"",
          "\"+1000000000-12-31T23:59:59.999999999Z\"",
          "\"-1000000000-01-01T00:00:00Z\"",
          "\"0000-01-01T00:00:00Z\"",
          "\"1969-12-31T23:59:59.999999999Z\"",
          "\"9999-12-31T23:59:59.999999999-18:00\"",
          "\"2016-12-31T23:59:60Z\"",
          "\"2026-11-30T24:00:00Z\"",
          "\"en-a-bbb-a-ccc\"",
          "\"x-i\"",
          "\"i-klingon\"",
          "\"1.5s\"",
          "\"999999999.999999999s\"",
          "\"Please retry in 999999999.9s.\"");

  private static final String[] UNITS = {"x", " ", "é", "🌱", "\\u0001", "\\\\", "\\ud800", "9"};

  private static final int[] LENGTHS = {
    63, 64, 65, 100, 128, 129, 200, 201, 300, 301, 500, 501, 1_000, 8_000, 32_768, 32_769, 70_000
  };

  private final List<String> seeds;
  private final List<String> dictionary;

  /**
   * @param seeds valid JSON texts; a token of each may get into any other
   */
  public JsonFuzz(List<String> seeds) {
    this.seeds = seeds;
    this.dictionary = seeds.stream().flatMap(seed -> tokens(seed).stream()).distinct().toList();
  }

  private static List<String> tokens(String json) {
    return TOKEN.matcher(json).results().map(MatchResult::group).toList();
  }

  /** A seed, unchanged once in a while, else with one to four mutations; sometimes no JSON. */
  public byte[] next(RandomGenerator random) {
    String json = text(random);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return Choice.oneIn(random, 5) ? ByteFuzz.mutate(bytes, random) : bytes;
  }

  /** The same without changes of bytes. */
  public String text(RandomGenerator random) {
    List<String> tokens = new ArrayList<>(tokens(Choice.of(random, seeds)));
    if (Choice.oneIn(random, 3)) {
      // no more than one odd value: whoever looks at one field alone may take the others
      tokens.set(valueNear(tokens, random.nextInt(tokens.size())), odd(random));
      return String.join("", tokens);
    }
    for (int i = random.nextInt(5); i > 0 && !tokens.isEmpty(); i--) {
      mutate(tokens, random);
    }
    return String.join("", tokens);
  }

  private void mutate(List<String> tokens, RandomGenerator random) {
    int at = random.nextInt(tokens.size());
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> tokens.set(scalarNear(tokens, at), odd(random));
      case 4 -> tokens.set(scalarNear(tokens, at), Choice.of(random, dictionary));
      case 5 -> tokens.remove(at);
      case 6 -> Collections.swap(tokens, at, random.nextInt(tokens.size()));
      case 7 -> repeat(tokens, at, random);
      case 8 -> addField(tokens, random);
      default -> tokens.set(at, nested(tokens.get(at), random));
    }
  }

  /** The next token that is a name or a value, so that the structure stays whole. */
  private static int scalarNear(List<String> tokens, int at) {
    for (int i = 0; i < tokens.size(); i++) {
      int near = (at + i) % tokens.size();
      if (!"{}[],:".contains(tokens.get(near))) {
        return near;
      }
    }
    return at;
  }

  private static int valueNear(List<String> tokens, int at) {
    int near = scalarNear(tokens, at);
    boolean name = near + 1 < tokens.size() && tokens.get(near + 1).equals(":");
    return name ? scalarNear(tokens, near + 1) : near;
  }

  private static void repeat(List<String> tokens, int from, RandomGenerator random) {
    int to = Math.min(tokens.size(), from + 1 + random.nextInt(8));
    List<String> some = List.copyOf(tokens.subList(from, to));
    for (int i = Choice.of(random, 1, 1, 1, 2, 300); i > 0; i--) {
      tokens.addAll(from, some);
    }
  }

  private void addField(List<String> tokens, RandomGenerator random) {
    int brace = tokens.indexOf("{");
    if (brace >= 0) {
      String name = Choice.of(random, dictionary);
      tokens.addAll(
          brace + 1, List.of(name.startsWith("\"") ? name : "\"n\"", ":", odd(random), ","));
    }
  }

  private static String nested(String token, RandomGenerator random) {
    int depth = Choice.of(random, 1, 2, 99, 100, 101, 999, 1_001, 5_000);
    String open = random.nextBoolean() ? "[" : "{\"a\":";
    return open.repeat(depth) + token + (open.equals("[") ? "]" : "}").repeat(depth);
  }

  /** A JSON value that is odd. */
  public static String odd(RandomGenerator random) {
    if (Choice.oneIn(random, 4)) {
      int length = LENGTHS[random.nextInt(LENGTHS.length)];
      String unit = Choice.of(random, UNITS);
      String many = unit.repeat(length);
      return unit.equals("9") && random.nextBoolean() ? many : "\"" + many + "\"";
    }
    return Choice.of(random, ODD);
  }
}
