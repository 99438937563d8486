package dev.explanations.lab.submit.hostile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Makes records that are wrong in a few places: JSON with odd tokens, damaged bytes, keys and
 * headers of the worker with values that nobody writes. The same ones for the same seed. Used by
 * one thread.
 */
public final class FuzzedRecords {

  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"|[^\\s{}\\[\\],:\"]++|[{}\\[\\],:]");

  private static final String CACHE_KEY = "ab".repeat(32);
  private static final String HASH = "0a".repeat(32);

  /** Well-formed values of each topic. */
  public enum Kind {
    REQUEST(
        """
        {"requestId":"f","topic":"Fuzz","subtopic":"Cells","detail":"brief","education":"school",
        "language":"pt-BR","onUnavailable":"fail","deadline":"2036-11-23T12:00:00.250+01:00"}\
        """,
        """
        {"specversion":"1.0","id":"e","source":"/s","type":"t","time":"2026-11-23T12:00:00Z",
        "data":{"requestId":"f","topic":"Fuzz","subtopic":"Cells"}}\
        """,
        "{\"requestId\":\"f\",\"topic\":\"Fuzz\",\"subtopic\":\"Atoms\",\"more\":{\"a\":[1,2]}}"),
    OUTCOME(
        """
        {"type":"explained","callId":"c","explanation":{"text":"t","model":"m","promptVersion":"1",
        "usage":{"promptTokens":1,"outputTokens":1,"totalTokens":2}},"topicHash":"%1$s",
        "questionHash":"%1$s","generation":"q/1","expiresAtMillis":2110978800000}\
        """
            .formatted(HASH),
        """
        {"type":"handoff","calls":[{"cacheKey":"%s","callId":"c",
        "latestEndMillis":1795435260000}]}\
        """
            .formatted(CACHE_KEY),
        """
        {"type":"throttled","callId":"c","error":"rate_limited","message":"m",
        "retryAfterMillis":22118}\
        """,
        "{\"type\":\"marker\",\"nonce\":\"n\"}",
        "{\"type\":\"wake\"}",
        "{\"type\":\"postponed\",\"callId\":\"c\"}"),
    CONTROL(
        "{\"at\":\"2026-11-23T12:00:00.123Z\",\"by\":\"w1\"}",
        "{\"state\":\"open\",\"at\":\"2026-11-23T12:00:00.123Z\",\"by\":\"w1\"}",
        "{\"kind\":\"topic\",\"at\":\"2026-11-23T12:00:00.123Z\",\"by\":\"w1\"}",
        "{\"applied\":1204,\"at\":\"2026-11-23T12:00:05.007Z\"}");

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<String> seeds;

    Kind(String... seeds) {
      this.seeds = List.of(seeds);
    }
  }

  private static final String[] ODD = {
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1e400",
    "1e999999999",
    "2147483648",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "NaN",
    "{}",
    "[]",
    "\"\"",
    "\" \"",
    "\"\\u0000\"",
    "\"\\n\"",
    "\"\\ud800\"",
    "\"\\ud83c\\udf31\"",
    "\"\u2028\"",
    "\"%s$1\\\\\"",
    "\"+1000000000-12-31T23:59:59.999999999Z\"",
    "\"-1000000000-01-01T00:00:00Z\"",
    "\"1969-12-31T23:59:59Z\"",
    "\"9999-12-31T23:59:59-18:00\"",
    "\"2016-12-31T23:59:60Z\"",
    "\"/\"",
    "\"q/-2\"",
    "\"en-a-bbb-a-ccc\"",
    "\"i-klingon\""
  };

  private static final int[] LENGTHS = {
    64, 65, 128, 129, 200, 201, 301, 501, 8_000, 33_000, 70_000
  };

  private static final String[] HEADERS = {
    "explanation-attempt",
    "explanation-not-before",
    "explanation-first-seen",
    "explanation-key",
    "explanation-origin",
    "explanation-replays",
    "explanation-error",
    "explanation-warm-up",
    "explanation-cut",
    "content-type",
    "traceparent",
    "tracestate",
    "correlation-id",
    "",
    "h",
    "日本"
  };

  private static final String[] VALUES = {
    "",
    "TRUE",
    "0",
    "1",
    "-1",
    "2147483648",
    "9223372036854775807",
    "99999999999999999999",
    "t/0/5",
    "t/0/-5",
    "///",
    "circuit_breaker_open",
    "quota_exhausted",
    "budget_exhausted",
    "rate_limited",
    "unheard of",
    "application/cloudevents+json",
    "application/cloudevents+avro",
    "application/cloudevents-batch+json",
    ";",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-" + "00f067aa0ba902b7-01",
    "a=b,a=b"
  };

  private static final String[] SUBJECTS = {
    "cache/generation",
    "cache/invalid/" + HASH,
    "breaker/other",
    "worker/w9",
    "worker/",
    "cache/invalid/",
    "breaker/",
    "",
    "x",
    "worker/" + "x".repeat(600)
  };

  private final SplittableRandom random;

  public FuzzedRecords(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A value of that kind; {@code null} once in a while. */
  public byte @Nullable [] value(Kind kind) {
    List<String> tokens = new ArrayList<>(tokens(pick(kind.seeds)));
    for (int i = random.nextInt(4); i > 0 && !tokens.isEmpty(); i--) {
      mutate(tokens, kind);
    }
    byte[] bytes = bytes(String.join("", tokens));
    return switch (random.nextInt(40)) {
      case 0 -> null;
      case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 2 -> bytes(String.join("", tokens), 1 << random.nextInt(8));
      case 3 -> noise(300);
      case 4 -> padded(bytes, 65_000 + random.nextInt(1_000));
      case 5 -> new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE);
      default -> bytes;
    };
  }

  private static List<String> tokens(String json) {
    return TOKEN.matcher(json).results().map(MatchResult::group).toList();
  }

  private void mutate(List<String> tokens, Kind kind) {
    int at = random.nextInt(tokens.size());
    switch (random.nextInt(9)) {
      case 0 -> tokens.remove(at);
      case 1 -> Collections.swap(tokens, at, random.nextInt(tokens.size()));
      case 2 -> {
        int to = Math.min(tokens.size(), at + 1 + random.nextInt(6));
        tokens.addAll(at, List.copyOf(tokens.subList(at, to)));
      }
      case 3 -> tokens.set(scalarNear(tokens, at), pick(tokens(pick(kind.seeds))));
      case 4 -> {
        int depth = pick(new int[] {1, 100, 101, 1_001, 5_000});
        tokens.set(at, "[".repeat(depth) + tokens.get(at) + "]".repeat(depth));
      }
      default -> tokens.set(scalarNear(tokens, at), odd());
    }
  }

  /** So that the structure stays whole. */
  private static int scalarNear(List<String> tokens, int at) {
    for (int i = 0; i < tokens.size(); i++) {
      int near = (at + i) % tokens.size();
      if (!"{}[],:".contains(tokens.get(near))) {
        return near;
      }
    }
    return at;
  }

  private String odd() {
    return random.nextInt(8) == 0
        ? "\"" + pick(new String[] {"x", "é", "\\u0001", " "}).repeat(pick(LENGTHS)) + "\""
        : pick(ODD);
  }

  /** A key of the worker's own topics, or of requests. */
  public byte @Nullable [] key(Kind kind) {
    return switch (random.nextInt(6)) {
      // a compacted topic takes no record without a key
      case 0 -> kind == Kind.CONTROL ? bytes("x") : null;
      case 1 -> noise(200);
      default ->
          bytes(
              switch (kind) {
                case REQUEST -> random.nextBoolean() ? "key" : odd();
                case OUTCOME -> CACHE_KEY;
                case CONTROL -> pick(SUBJECTS);
              });
    };
  }

  /** Mostly a few; sometimes about as many as a request may have, and seldom thousands. */
  public RecordHeaders headers() {
    int count =
        switch (random.nextInt(50)) {
          case 0 -> 95 + random.nextInt(30);
          case 1 -> random.nextInt(3_000);
          default -> random.nextInt(4);
        };
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < count; i++) {
      headers.add(
          pick(HEADERS),
          switch (random.nextInt(8)) {
            case 0 -> null;
            case 1 -> noise(40);
            default -> bytes(pick(VALUES));
          });
    }
    return headers;
  }

  public int nextInt(int bound) {
    return random.nextInt(bound);
  }

  private byte[] noise(int atMost) {
    byte[] noise = new byte[random.nextInt(atMost + 1)];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] padded(byte[] bytes, int length) {
    byte[] padded = Arrays.copyOf(bytes, Math.max(bytes.length, length));
    Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
    return padded;
  }

  /** With one bit of one byte changed. */
  private byte[] bytes(String text, int bit) {
    byte[] bytes = bytes(text);
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) bit;
    }
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private int pick(int[] values) {
    return values[random.nextInt(values.length)];
  }
}
