package dev.explanations.worker.settings;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

final class Types {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)?");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(b|kb|mb)?");
  private static final Pattern AMOUNT = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private Types() {}

  static Type<Integer> integer(int min, int max) {
    return new Type<>(
        "a whole number from %d to %d".formatted(min, max),
        text -> within(Integer.parseInt(text), min, max));
  }

  /** An amount of money, hence not in floating point. */
  static Type<BigDecimal> amount(String max) {
    BigDecimal limit = new BigDecimal(max);
    return new Type<>(
        "a number such as 0.25, from 0 to " + max,
        text -> within(new BigDecimal(matched(AMOUNT, text).group()), BigDecimal.ZERO, limit));
  }

  static Type<Integer> replicas() {
    Type<Integer> number = integer(1, 100);
    return new Type<>(
        "-1 (the broker's default) or " + number.allowed(),
        text -> text.equals("-1") ? Integer.valueOf(-1) : number.parser().apply(text));
  }

  static Type<Boolean> bool() {
    return new Type<>(
        "true or false",
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  /** {@code 500ms}, {@code 60s}, {@code 15m}, {@code 1h}, {@code 7d}; a bare number is seconds. */
  static Type<Duration> duration(Duration min, Duration max) {
    return new Type<>(
        "a duration such as 500ms, 60s, 15m, 1h or 7d (a bare number is seconds) from %s to %s"
            .formatted(shown(min), shown(max)),
        text -> {
          Matcher matcher = matched(DURATION, text);
          String suffix = matcher.group(2);
          Duration unit = UNITS.getOrDefault(suffix == null ? "s" : suffix, Duration.ZERO);
          return within(unit.multipliedBy(Long.parseLong(matcher.group(1))), min, max);
        });
  }

  /** {@code 64kB}, {@code 1MB}, in steps of 1024; a bare number is bytes. */
  static Type<Integer> bytes(int min, int max) {
    return new Type<>(
        "a size such as 65536, 64kB or 1MB (1 kB is 1024 bytes) from %d to %d bytes"
            .formatted(min, max),
        text -> {
          Matcher matcher = matched(SIZE, text.toLowerCase(Locale.ROOT));
          String unit = matcher.group(2);
          long factor = "mb".equals(unit) ? 1024 * 1024 : "kb".equals(unit) ? 1024 : 1;
          return Math.toIntExact(
              within(Long.parseLong(matcher.group(1)) * factor, (long) min, (long) max));
        });
  }

  static <E extends Enum<E>> Type<E> oneOf(Class<E> constants) {
    List<E> all = List.of(constants.getEnumConstants());
    return new Type<>(
        all.stream().map(Types::shown).collect(Collectors.joining(" or ")),
        text -> Enum.valueOf(constants, text.toUpperCase(Locale.ROOT)));
  }

  static Type<String> text(String allowed, String regex) {
    Pattern pattern = Pattern.compile(regex);
    return new Type<>(allowed, text -> matched(pattern, text).group());
  }

  static Type<String> host() {
    return text("a host name or address", "[A-Za-z0-9._:%\\[\\]-]{1,253}");
  }

  /** A secret that travels in an HTTP header. */
  static Type<Secret> token() {
    return secret("printable ASCII without spaces", "[!-~]+");
  }

  static Type<Secret> password() {
    return secret("text without control characters", "\\P{Cntrl}+");
  }

  private static Type<Secret> secret(String allowed, String regex) {
    Type<String> text = text(allowed, regex);
    return new Type<>(allowed, value -> new Secret(text.parser().apply(value)));
  }

  static Type<String> topic() {
    return text(
        "a topic name: letters, digits, '.', '_' and '-', at most 249 characters",
        "(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");
  }

  static <T> Type<List<T>> listOf(Type<T> element) {
    Function<String, List<T>> parser =
        text ->
            Arrays.stream(text.split(",", -1)).map(String::strip).map(element.parser()).toList();
    return new Type<>("a comma-separated list, each " + element.allowed(), parser);
  }

  /** An absolute URL without user info, since it is logged. */
  static Type<String> url() {
    return new Type<>(
        "an http or https URL without user name, query or fragment",
        text -> {
          URI uri = URI.create(text);
          boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
          if (!http
              || uri.getHost() == null
              || uri.getRawUserInfo() != null
              || uri.getRawQuery() != null
              || uri.getRawFragment() != null) {
            throw new IllegalArgumentException();
          }
          return text;
        });
  }

  static Type<ZoneId> zone() {
    return new Type<>(
        "a time zone such as UTC or Europe/Berlin",
        text -> {
          try {
            return ZoneId.of(text);
          } catch (DateTimeException e) {
            throw new IllegalArgumentException(e);
          }
        });
  }

  /** Host and port alone: a path could not be told to the other workers. */
  static Type<URI> address() {
    return new Type<>(
        "host:port, or http:// or https:// and host:port",
        text -> {
          URI uri = URI.create(text.contains("://") ? text : "http://" + text);
          String plain = "%s://%s:%d".formatted(uri.getScheme(), uri.getHost(), uri.getPort());
          boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
          if (!http || uri.getHost() == null || !uri.toString().equals(plain)) {
            throw new IllegalArgumentException();
          }
          within(uri.getPort(), 1, 65_535);
          return uri;
        });
  }

  static Type<Path> path() {
    return new Type<>("a path", Path::of);
  }

  /** The value as it would be written in a setting. */
  static String shown(Object value) {
    return switch (value) {
      case Duration duration -> shown(duration);
      case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
      case List<?> list -> list.stream().map(Types::shown).collect(Collectors.joining(","));
      default -> value.toString();
    };
  }

  private static String shown(Duration duration) {
    long millis = duration.toMillis();
    for (String unit : List.of("d", "h", "m", "s")) {
      long length = UNITS.getOrDefault(unit, Duration.ZERO).toMillis();
      if (millis != 0 && millis % length == 0) {
        return millis / length + unit;
      }
    }
    return millis + "ms";
  }

  private static <C extends Comparable<C>> C within(C value, C min, C max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException();
    }
    return value;
  }

  private static Matcher matched(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException();
    }
    return matcher;
  }
}
