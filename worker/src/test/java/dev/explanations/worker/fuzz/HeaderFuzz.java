package dev.explanations.worker.fuzz;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.request.CloudEvents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Headers of records: names of the worker and of others, odd values, extreme counts and sizes. */
public final class HeaderFuzz {

  private static final List<String> NAMES =
      List.of(
          HeaderNames.ATTEMPT,
          HeaderNames.NOT_BEFORE,
          HeaderNames.FIRST_SEEN,
          HeaderNames.TRUNCATED,
          HeaderNames.DIGEST,
          HeaderNames.REASON,
          HeaderNames.ERROR,
          HeaderNames.ORIGIN,
          HeaderNames.REPLAYS,
          HeaderNames.WARM_UP,
          HeaderNames.KEY,
          HeaderNames.PREFIX,
          "explanation-cut",
          "EXPLANATION-ORIGIN",
          CloudEvents.CONTENT_TYPE,
          "traceparent",
          "tracestate",
          "baggage",
          "correlation-id",
          "",
          "h",
          "ä",
          "日本",
          "\uD83D\uDE00",
          "\uFFFD",
          "\0",
          "n".repeat(63),
          "n".repeat(64),
          "n".repeat(1_000));

  private static final List<String> VALUES =
      List.of(
          "",
          "true",
          "TRUE",
          "0",
          "1",
          "-1",
          "2147483648",
          "9223372036854775807",
          "-9223372036854775808",
          "99999999999999999999",
          " 1",
          "1e3",
          "requests/0/5",
          "requests/0/-5",
          "requests/99999999999/1",
          "/",
          "a/b/c",
          "///",
          "x".repeat(300) + "/0/1",
          "circuit_breaker_open",
          "rate_limited",
          "quota_exhausted",
          "budget_exhausted",
          "model_unavailable",
          "unheard of",
          "application/cloudevents+json",
          "application/cloudevents-batch+json",
          "application/cloudevents+avro; charset=\"",
          "APPLICATION/CLOUDEVENTS+JSON;",
          "application/json",
          ";",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "00-00000000000000000000000000000000-0000000000000000-ff",
          "a=b,a=b",
          "k=v;p=%zz");

  private HeaderFuzz() {}

  public static Headers next(RandomGenerator random) {
    int count =
        switch (random.nextInt(20)) {
          case 0 -> 95 + random.nextInt(30);
          case 1 -> random.nextInt(2_000);
          default -> random.nextInt(5);
        };
    // of many, only one may be large: the sum is what a producer may send
    int large = count < 50 ? 4 : 200;
    List<Header> headers = new ArrayList<>(count);
    String one = name(random);
    boolean alike = count > 50 && random.nextBoolean();
    for (int i = 0; i < count; i++) {
      String name = alike ? one : name(random);
      headers.add(new RecordHeader(name, value(random, large)));
    }
    return new RecordHeaders(headers);
  }

  /** A worker's own header with a value that may be anything. */
  public static Header own(RandomGenerator random) {
    return new RecordHeader(
        Choice.of(random, NAMES.subList(0, 11)), value(random, Integer.MAX_VALUE));
  }

  private static String name(RandomGenerator random) {
    return Choice.of(random, NAMES);
  }

  private static byte @Nullable [] value(RandomGenerator random, int large) {
    return switch (random.nextInt(10)) {
      case 0 -> null;
      case 1 -> Choice.bytes(random, 20);
      case 2 -> Choice.oneIn(random, large) ? Choice.bytes(random, 70_000) : new byte[0];
      default -> Choice.of(random, VALUES).getBytes(StandardCharsets.UTF_8);
    };
  }
}
