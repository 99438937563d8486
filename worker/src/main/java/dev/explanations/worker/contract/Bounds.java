package dev.explanations.worker.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.explanation.Usd;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.regex.Pattern;

/**
 * Limits for JSON of the worker's own topics and of the shared cache, to which others can write
 * too. Whatever a worker writes is within them. A value beyond is an IllegalArgumentException, as
 * an unreadable one is.
 */
public final class Bounds {

  /** An explanation's text, in code points; a result with a longer one might not fit its topic. */
  public static final int TEXT = 32 * 1024;

  public static final int NAME = 200;

  /** Of a control record: a worker's id, which Kafka bounds at 249, or a breaker's name. */
  public static final int SUBJECT = 500;

  /** Hexadecimal SHA-256. */
  public static final int HASH = 64;

  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-f]{64}");

  /** Error messages; as in the schema. */
  public static final int MESSAGE = 500;

  /** Calls in one handoff: more than fit into a record of 1 MB. */
  public static final int CALLS = 20_000;

  /** Calls of one lane: 10,000 a second for three years. */
  public static final long LANE_CALLS = 1_000_000_000_000L;

  /** As the setting {@code PARTITIONS} bounds them. */
  public static final int PARTITIONS = 10_000;

  /** Delay before a retry: seven times the longest that a worker writes. */
  public static final Duration DELAY = Duration.ofDays(7);

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private Bounds() {}

  /** Not empty, at most {@code max} code points. */
  public static String text(JsonNode json, String name, int max) {
    String text = textOrEmpty(json, name, max);
    if (text.isEmpty()) {
      throw new IllegalArgumentException(name + " is empty");
    }
    return text;
  }

  public static String textOrEmpty(JsonNode json, String name, int max) {
    String text = Json.text(json, name);
    if (text.length() > max && text.codePointCount(0, text.length()) > max) {
      throw new IllegalArgumentException(name + " is too long");
    }
    return text;
  }

  public static String cacheKey(JsonNode json, String name) {
    String key = Json.text(json, name);
    if (!isHash(key)) {
      throw new IllegalArgumentException(name + " is no cache key");
    }
    return key;
  }

  public static boolean isHash(String text) {
    return HEXADECIMAL.matcher(text).matches();
  }

  /** From the epoch to the end of the year 9999. */
  public static Instant instant(JsonNode json, String name) {
    Instant instant = Json.instant(json, name);
    if (instant.isBefore(Instant.EPOCH) || instant.isAfter(LATEST)) {
      throw new IllegalArgumentException(name + " is out of range");
    }
    return instant;
  }

  /** As {@link #instant}, from milliseconds since the epoch. */
  public static Instant millis(JsonNode json, String name) {
    return Instant.ofEpochMilli(number(json, name, 0, LATEST.toEpochMilli()));
  }

  /** From zero to {@link Usd#MAX}, rounded up to billionths. */
  public static Usd dollars(JsonNode json, String name) {
    double rough = Json.number(json, name);
    if (!(rough >= 0 && rough <= Usd.MAX.dollars().doubleValue())) {
      throw new IllegalArgumentException(name + " is out of range");
    }
    return Usd.of(json.path(name).decimalValue());
  }

  /** From 1970 to 9999. */
  public static LocalDate date(JsonNode json, String name) {
    try {
      LocalDate date = LocalDate.parse(Json.text(json, name));
      if (date.getYear() >= 1970 && date.getYear() <= 9999) {
        return date;
      }
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(name + " is no date", e);
    }
    throw new IllegalArgumentException(name + " is out of range");
  }

  /** In decimal digits, as it is written. */
  public static int partition(String text) {
    int partition = Integer.parseInt(text);
    if (partition < 0 || partition >= PARTITIONS || !text.equals(String.valueOf(partition))) {
      throw new IllegalArgumentException("no partition");
    }
    return partition;
  }

  public static long number(JsonNode json, String name, long min, long max) {
    long number = Json.longInteger(json, name);
    if (number < min || number > max) {
      throw new IllegalArgumentException(name + " is out of range");
    }
    return number;
  }
}
