package dev.explanations.worker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.ResultReader;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.flow.ExplainSettings;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.fuzz.ByteFuzz;
import dev.explanations.worker.fuzz.Choice;
import dev.explanations.worker.fuzz.Corpus;
import dev.explanations.worker.fuzz.Fuzz;
import dev.explanations.worker.fuzz.HeaderFuzz;
import dev.explanations.worker.fuzz.JsonFuzz;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.tracing.MemoryTracing;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The topology among records that nobody should write: none stops it, every request is taken in or
 * a dead letter, good ones are answered once, and nothing exceeds the limit of its topic.
 */
class RecordsFuzzTest {

  /** Of one run, which begins with an empty engine. */
  private static final int RECORDS = 200;

  /** Kafka's limit where nobody has set another. */
  private static final int INTERNAL = 1_048_588;

  private static final String GOOD = "good-";

  private final JsonFuzz requests =
      new JsonFuzz(Corpus.of("request", "request-cloudevent", "request-invalid"));
  private final JsonFuzz outcomes = new JsonFuzz(Corpus.of("outcome"));

  @Test
  void records_stopNothing_andNothingIsTooLargeForItsTopic() {
    Fuzz.run("records", 20, this::run);
  }

  private void run(RandomGenerator random) {
    TopicLimits limits =
        new TopicLimits(
            Choice.of(random, TopicLimits.leastForResults(), 10_000, 60_000, INTERNAL),
            Choice.of(random, TopicLimits.LEAST_FOR_DEAD_LETTERS, 1_100, 5_000, 60_000, INTERNAL));
    int maxBytes = Choice.of(random, 1_000, 5_000, 64 * 1024, 768 * 1024);
    Faults faults = new Faults(Clock.systemUTC());
    try (MemoryTracing tracing = new MemoryTracing();
        Engine engine =
            new Engine(
                usual ->
                    new ExplainSettings(
                        maxBytes(usual.requests(), maxBytes),
                        usual.cacheEntriesPerTask(),
                        usual.inMemoryPerTask(),
                        usual.decodedPerTask(),
                        usual.callTimeout(),
                        limits,
                        usual.prompts(),
                        usual.budgetZone()),
                tracing,
                faults)) {
      engine.passBarrier();
      new Run(random, engine, new Forwarded(engine, limits, INTERNAL), maxBytes).all();
    }
  }

  private static Settings.Requests maxBytes(Settings.Requests usual, int maxBytes) {
    return new Settings.Requests(
        usual.maxAttempts(),
        usual.backoff(),
        usual.backoffMax(),
        usual.timeout(),
        usual.maxPending(),
        maxBytes);
  }

  /** Records in a row for one engine. */
  private final class Run {

    private final RandomGenerator random;
    private final Engine engine;
    private final Forwarded forwarded;
    private final int maxBytes;
    private final TestInputTopic<byte[], byte[]> requestsIn;
    private final TestInputTopic<byte[], byte[]> outcomesIn;
    private final Map<String, Integer> answers = new TreeMap<>();
    private int good;
    private int calls;

    Run(RandomGenerator random, Engine engine, Forwarded forwarded, int maxBytes) {
      this.random = random;
      this.engine = engine;
      this.forwarded = forwarded;
      this.maxBytes = maxBytes;
      ByteArraySerializer raw = new ByteArraySerializer();
      this.requestsIn = engine.driver.createInputTopic(Engine.TOPICS.requests(), raw, raw);
      this.outcomesIn = engine.driver.createInputTopic(Engine.TOPICS.outcomes(), raw, raw);
    }

    void all() {
      for (int i = 0; i < RECORDS; i++) {
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> request();
          case 3 -> engine.retriesIn.pipeInput(retry());
          case 4 -> outcomesIn.pipeInput(outcome());
          case 5 -> engine.ask(GOOD + good, "Subject " + good++);
          case 6 -> endACall();
          default -> somethingHappens();
        }
        collect();
        assertThat(defects()).as("defects of the worker").isZero();
      }
      finish();
    }

    private void request() {
      long letters = letters();
      Headers headers = HeaderFuzz.next(random);
      long foreign =
          Arrays.stream(headers.toArray())
              .filter(header -> !header.key().startsWith(HeaderNames.PREFIX))
              .count();
      requestsIn.pipeInput(new TestRecord<>(key(), value(), headers, 5L));
      Map<String, List<TestRecord<byte[], byte[]>>> taken = collect();
      int accepted = taken.getOrDefault(Engine.TOPICS.accepted(), List.of()).size();
      assertThat(accepted + letters() - letters).as("accepted, or dead letters").isPositive();
      if (foreign > 100) {
        assertThat(accepted).as("accepted with %d headers", foreign).isZero();
      }
    }

    private long letters() {
      return engine.listener.heard.stream().filter(it -> it.startsWith("dead letter")).count();
    }

    private byte @Nullable [] key() {
      return switch (random.nextInt(5)) {
        case 0 -> null;
        case 1 -> Choice.bytes(random, Choice.of(random, 0, 100, 100, 100_000));
        case 2 -> JsonFuzz.odd(random).getBytes(UTF_8);
        default -> ("r-" + random.nextInt(50)).getBytes(UTF_8);
      };
    }

    /** Sometimes as large as may be, or hardly larger. */
    private byte @Nullable [] value() {
      byte[] value = requests.next(random);
      return switch (random.nextInt(12)) {
        case 0 -> null;
        case 1 -> padded(value, maxBytes - random.nextInt(500));
        case 2 -> padded(value, Choice.of(random, maxBytes + 1, 200_000, 1_040_000));
        default -> value;
      };
    }

    private static byte[] padded(byte[] value, int length) {
      byte[] padded = Arrays.copyOf(value, Math.max(value.length, length));
      Arrays.fill(padded, value.length, padded.length, (byte) ' ');
      return padded;
    }

    private TestRecord<byte[], byte[]> retry() {
      Headers headers = HeaderFuzz.next(random);
      for (int i = random.nextInt(6); i > 0; i--) {
        headers.add(HeaderFuzz.own(random));
      }
      return new TestRecord<>(key(), value(), headers, 5L);
    }

    private TestRecord<byte[], byte[]> outcome() {
      List<FakeLane.Offered> offered = engine.lane().offered;
      byte[] key =
          offered.isEmpty() || Choice.oneIn(random, 3)
              ? key()
              : Choice.of(random, offered).cacheKey().getBytes(UTF_8);
      byte[] value = outcomes.next(random);
      if (!offered.isEmpty() && random.nextBoolean()) {
        String known =
            new String(value, UTF_8).replace("c-7f3a", Choice.of(random, offered).callId());
        value = known.getBytes(UTF_8);
      }
      byte[] either = Choice.oneIn(random, 10) ? ByteFuzz.mutate(value, random) : value;
      return new TestRecord<>(key, either, HeaderFuzz.next(random), 5L);
    }

    private void endACall() {
      if (calls < engine.lane().offered.size()) {
        engine.end(calls++, ending());
      }
    }

    private Outcome ending() {
      return switch (random.nextInt(7)) {
        case 0 -> new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, words(500));
        case 1 -> new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, words(500));
        case 2 -> new Outcome.Throttled(ErrorCode.RATE_LIMITED, words(500), Duration.ofSeconds(3));
        case 3 -> new Outcome.Unusable(ErrorCode.INCOMPLETE_ANSWER, words(500));
        case 4 -> Engine.explained(words(32_768), words(200));
        default -> Engine.explained("text");
      };
    }

    private String words(int atMost) {
      String unit = Choice.of(random, "x", "\u0001", "é", "\uD83D\uDE00", "\\", "\"");
      int length = Choice.oneIn(random, 2) ? atMost : 1 + random.nextInt(atMost);
      return unit.repeat(length / unit.length() + 1)
          .substring(0, length / unit.length() * unit.length());
    }

    private void somethingHappens() {
      switch (random.nextInt(5)) {
        case 0 -> engine.revive();
        case 1 -> engine.lane().shut = !engine.lane().shut;
        case 2 -> engine.lane().room = Choice.of(random, 0, 1, Integer.MAX_VALUE);
        case 3 -> engine.advance(Duration.ofMinutes(random.nextInt(20)));
        default -> engine.settle();
      }
      if (!engine.lane().marks.isEmpty()) {
        engine.passBarrier();
        calls = Math.min(calls, engine.lane().offered.size());
      }
    }

    private Map<String, List<TestRecord<byte[], byte[]>>> collect() {
      Map<String, List<TestRecord<byte[], byte[]>>> taken = forwarded.take();
      for (TestRecord<byte[], byte[]> record :
          taken.getOrDefault(Engine.TOPICS.results(), List.of())) {
        ExplanationResult result = ResultReader.read(record.value());
        assertThat(record.key()).isEqualTo(result.requestId().getBytes(UTF_8));
        answers.merge(result.requestId(), 1, Integer::sum);
      }
      for (TestRecord<byte[], byte[]> letter :
          taken.getOrDefault(Engine.TOPICS.deadLetters(), List.of())) {
        assertThat(Engine.reason(letter)).isNotBlank();
        assertThat(Engine.header(letter, HeaderNames.ORIGIN)).isNotBlank();
      }
      return taken;
    }

    private long defects() {
      return Stream.of(
              Faults.Kind.INTAKE_FAILED,
              Faults.Kind.TASK_DIED,
              Faults.Kind.RECORD_TAKEN_OUT,
              Faults.Kind.ENTRY_TAKEN_OUT)
          .mapToLong(engine.faults::count)
          .sum();
    }

    /** Past all deadlines of good requests. */
    private void finish() {
      engine.lane().shut = false;
      engine.lane().room = Integer.MAX_VALUE;
      engine.passBarrier();
      for (int i = 0; i < 5; i++) {
        engine.advance(Duration.ofMinutes(30));
        engine.settle();
      }
      collect();
      for (int i = 0; i < good; i++) {
        assertThat(answers.getOrDefault(GOOD + i, 0)).as(GOOD + i).isEqualTo(1);
      }
      assertThat(defects()).as("defects of the worker").isZero();
    }
  }
}
