package dev.explanations.worker.topology;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.ResultReader;
import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.contract.peer.OutcomeJson;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.control.CacheStates;
import dev.explanations.worker.explanation.CacheKey;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.flow.Alarms;
import dev.explanations.worker.flow.CommitRequests;
import dev.explanations.worker.flow.ExplainSettings;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.flow.FlowParts;
import dev.explanations.worker.flow.RequestTraces;
import dev.explanations.worker.flow.WorkerTotals;
import dev.explanations.worker.policy.PromptFile;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.records.ExplainInput;
import dev.explanations.worker.records.FlowTopics;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Ledgers;
import dev.explanations.worker.store.TaskStores;
import dev.explanations.worker.tracing.Tracing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The topology under {@link TopologyTestDriver}, with a {@link FakeLane} for the dispatcher. */
final class Engine implements AutoCloseable {

  static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
  static final FlowTopics TOPICS =
      new FlowTopics("requests", "accepted", "retries", "outcomes", "results", "dead-letters");
  static final Settings.Requests REQUESTS =
      new Settings.Requests(
          3,
          Duration.ofSeconds(1),
          Duration.ofSeconds(60),
          Duration.ofMinutes(15),
          1_000_000,
          64 * 1024);

  private static final String REQUEST =
      "{\"requestId\":\"%s\",\"topic\":\"Biology\",\"subtopic\":\"%s\"%s}";

  /** So few that most tests have some in memory and some in the store. */
  static final int IN_MEMORY = 3;

  static final ExplainSettings EXPLAIN =
      new ExplainSettings(
          REQUESTS,
          1_000,
          IN_MEMORY,
          IN_MEMORY,
          Duration.ofSeconds(60),
          new TopicLimits(1024 * 1024, 1024 * 1024),
          prompts("gemini-test"),
          ZoneOffset.UTC);

  /** Of all explanations here. */
  static final Duration TTL = Duration.ofHours(1);

  final TopologyTestDriver driver;
  final List<FakeLane> lanes = new ArrayList<>();

  /** What commands say of the cache by now. */
  CacheState cacheState = CacheStates.EMPTY;

  final WorkerTotals totals = new WorkerTotals();

  /** Of this process; a test may replace it for the next one. */
  Ledger ledger = Ledgers.ofAnyDay();

  final Faults faults;
  final RecordingListener listener = new RecordingListener();
  private final Path directory;
  private boolean reviveNext;
  private boolean moveNext;
  private Prompts prompts;
  private Duration passed = Duration.ZERO;
  private final TestInputTopic<byte[], byte[]> requests;
  private final TestInputTopic<byte[], byte[]> outcomes;
  final TestInputTopic<byte[], byte[]> retriesIn;
  final TestOutputTopic<byte[], byte[]> results;
  final TestOutputTopic<byte[], byte[]> deadLetters;
  final TestOutputTopic<byte[], byte[]> retries;
  final TestOutputTopic<byte[], byte[]> accepted;

  /** Lets a test take a task through close and init on the same objects, as a revival does. */
  private final class Revivable implements Processor<String, ExplainInput, byte[], byte[]> {
    final Supplier<ExplainProcessor> create;
    ExplainProcessor processor;
    @Nullable ProcessorContext<byte[], byte[]> context;

    Revivable(Supplier<ExplainProcessor> create) {
      this.create = create;
      this.processor = create.get();
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      this.context = context;
      processor.init(context);
    }

    @Override
    public void process(Record<String, ExplainInput> record) {
      if (reviveNext) {
        reviveNext = false;
        processor.close();
        if (moveNext) {
          moveNext = false;
          processor = create.get();
        }
        processor.init(Objects.requireNonNull(context));
      }
      processor.process(record);
    }

    @Override
    public void close() {
      processor.close();
    }
  }

  Engine() {
    this(UnaryOperator.identity());
  }

  Engine(UnaryOperator<ExplainSettings> change) {
    this(change, Tracing.OFF, new Faults(Clock.systemUTC()));
  }

  Engine(UnaryOperator<ExplainSettings> change, Tracing tracing, Faults faults) {
    this(temporaryDirectory(), change, tracing, faults);
  }

  private Engine(
      Path directory, UnaryOperator<ExplainSettings> change, Tracing tracing, Faults faults) {
    this.directory = directory;
    this.faults = faults;
    ExplainSettings settings = change.apply(EXPLAIN);
    this.prompts = settings.prompts();
    RequestTraces traces = new RequestTraces(tracing, "test", TOPICS.results());
    ExplanationTopology topology =
        new ExplanationTopology(
            TOPICS,
            () -> new IntakeProcessor(parts(settings, traces)),
            () -> new Revivable(() -> new ExplainProcessor(parts(withModel(settings), traces))),
            new OutcomeJson(),
            TaskStores.tombstonesKept(settings.cacheEntriesPerTask()));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, UnforeseenHandler.class);
    this.driver = new TopologyTestDriver(topology.get(), properties, START);
    var serializer = new ByteArraySerializer();
    var deserializer = new ByteArrayDeserializer();
    this.requests = driver.createInputTopic(TOPICS.requests(), serializer, serializer);
    this.outcomes = driver.createInputTopic(TOPICS.outcomes(), serializer, serializer);
    this.retriesIn = driver.createInputTopic(TOPICS.retries(), serializer, serializer);
    this.results = driver.createOutputTopic(TOPICS.results(), deserializer, deserializer);
    this.deadLetters = driver.createOutputTopic(TOPICS.deadLetters(), deserializer, deserializer);
    this.accepted = driver.createOutputTopic(TOPICS.accepted(), deserializer, deserializer);
    this.retries = driver.createOutputTopic(TOPICS.retries(), deserializer, deserializer);
  }

  private FlowParts parts(ExplainSettings settings, RequestTraces traces) {
    return new FlowParts(
        settings,
        TOPICS,
        new RequestDecoder(),
        this::openLane,
        () -> cacheState,
        totals,
        ledger,
        new Alarms(),
        new CommitRequests(),
        listener,
        traces,
        faults);
  }

  private ExplainSettings withModel(ExplainSettings s) {
    return new ExplainSettings(
        s.requests(),
        s.cacheEntriesPerTask(),
        s.inMemoryPerTask(),
        s.decodedPerTask(),
        s.callTimeout(),
        s.limits(),
        prompts,
        s.budgetZone());
  }

  private FakeLane openLane(int partition) {
    FakeLane lane = new FakeLane("lane-" + lanes.size());
    lanes.add(lane);
    return lane;
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("engine");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An engine that has passed the recovery barrier, as most tests need it. */
  static Engine ready() {
    return new Engine().passBarrier();
  }

  static Engine ready(UnaryOperator<ExplainSettings> change) {
    return new Engine(change).passBarrier();
  }

  /** An engine that keeps its state in this directory. */
  static Engine readyIn(Path directory) {
    return new Engine(
            directory, UnaryOperator.identity(), Tracing.OFF, new Faults(Clock.systemUTC()))
        .passBarrier();
  }

  static UnaryOperator<ExplainSettings> with(Settings.Requests requests) {
    return s -> settings(s, requests, s.cacheEntriesPerTask(), s.inMemoryPerTask(), s.limits());
  }

  static UnaryOperator<ExplainSettings> with(TopicLimits limits) {
    return s -> settings(s, s.requests(), s.cacheEntriesPerTask(), s.inMemoryPerTask(), limits);
  }

  static UnaryOperator<ExplainSettings> withCacheEntries(int entries) {
    return s -> settings(s, s.requests(), entries, s.inMemoryPerTask(), s.limits());
  }

  static UnaryOperator<ExplainSettings> withRoomInMemory() {
    return s -> settings(s, s.requests(), s.cacheEntriesPerTask(), 10_000, s.limits());
  }

  private static ExplainSettings settings(
      ExplainSettings s,
      Settings.Requests requests,
      int entries,
      int inMemory,
      TopicLimits limits) {
    return new ExplainSettings(
        requests,
        entries,
        inMemory,
        inMemory,
        s.callTimeout(),
        limits,
        s.prompts(),
        s.budgetZone());
  }

  void setCounter(String name, long number) {
    driver
        .<String, byte[]>getKeyValueStore("counters")
        .put(name, new LongSerializer().serialize("", number));
  }

  long counter(String name) {
    byte[] number = driver.<String, byte[]>getKeyValueStore("counters").get(name);
    return new LongDeserializer().deserialize("", number);
  }

  FakeLane lane() {
    return lanes.getLast();
  }

  long pending() {
    return totals.pendingRequests();
  }

  Engine passBarrier() {
    report("", new OutcomeRecord.Marker(lane().marks.getLast()));
    return this;
  }

  /** As Kafka Streams does with a task whose transaction was aborted. */
  void revive() {
    reviveNext = true;
    reportRaw("", null);
  }

  static Prompts prompts(String model) {
    return new Prompts(model, PromptFile.builtIn(), null, () -> 0);
  }

  /** As when a worker with another model takes the task over. */
  void moveTo(String model) {
    this.prompts = prompts(model);
    moveNext = true;
    revive();
  }

  void ask(String requestId, String subtopic) {
    ask(requestId, subtopic, "");
  }

  /** Of what {@link #ask} asks, with the model of new engines. */
  static String cacheKey(String subtopic) {
    String request = REQUEST.formatted("r", subtopic, "");
    return CacheKey.of(
            new RequestDecoder().read(null, request.getBytes(StandardCharsets.UTF_8), null),
            "gemini-test",
            PromptFile.DEFAULT_VERSION)
        .value();
  }

  /**
   * @param more further JSON fields, each with a comma before it
   */
  void ask(String requestId, String subtopic, String more) {
    askRaw(
        null,
        REQUEST.formatted(requestId, subtopic, more).getBytes(StandardCharsets.UTF_8),
        new RecordHeaders());
  }

  void askRaw(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    requests.pipeInput(new TestRecord<>(key, value, headers, 5L));
  }

  void report(String cacheKey, OutcomeRecord record) {
    reportRaw(cacheKey, new OutcomeJson().write(record));
  }

  void reportRaw(String cacheKey, byte @Nullable [] value) {
    outcomes.pipeInput(
        new TestRecord<>(
            cacheKey.getBytes(StandardCharsets.UTF_8), value, new RecordHeaders(), 5L));
  }

  /** Ends the n-th accepted call. */
  void end(int call, Outcome outcome) {
    FakeLane.Offered offered = lane().offered.get(call);
    report(offered.cacheKey(), ended(offered.callId(), outcome));
  }

  /** As of a call that began and ended now. */
  OutcomeRecord.CallEnded ended(String callId, Outcome outcome) {
    return ended(callId, outcome, cacheState.generation());
  }

  OutcomeRecord.CallEnded ended(String callId, Outcome outcome, Generation began) {
    return new OutcomeRecord.CallEnded(
        callId, outcome, new Validity(hashes(callId), began, now().plus(TTL)));
  }

  /** Of the request that a call was made for. */
  private FoldedHashes hashes(String callId) {
    return lanes.stream()
        .flatMap(lane -> lane.offered.stream())
        .filter(call -> call.callId().equals(callId))
        .map(FakeLane.Offered::hashes)
        .findFirst()
        .orElse(new FoldedHashes(FoldedHashes.ofTopic("Biology"), "unknown"));
  }

  Instant now() {
    return START.plus(passed);
  }

  void explain(int call) {
    end(call, explained("text " + call));
  }

  static Outcome.Explained explained(String text) {
    return explained(text, "gemini-test");
  }

  static Outcome.Explained explained(String text, String model) {
    return new Outcome.Explained(new Explanation(text, model, "1", new Usage(10, 20, 30)));
  }

  void advance(Duration time) {
    passed = passed.plus(time);
    driver.advanceWallClockTime(time);
  }

  /** Lets alarms ring that ask to be woken again at once. */
  void settle() {
    for (int i = 0; i < 20; i++) {
      advance(Duration.ofMillis(5));
    }
  }

  List<ExplanationResult> results() {
    return results.readValuesToList().stream().map(ResultReader::read).toList();
  }

  ExplanationResult result() {
    List<ExplanationResult> all = results();
    if (all.size() != 1) {
      throw new AssertionError("expected one result, got " + all);
    }
    return all.getFirst();
  }

  static @Nullable String header(TestRecord<byte[], byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  static @Nullable String reason(TestRecord<byte[], byte[]> deadLetter) {
    return header(deadLetter, HeaderNames.REASON);
  }

  @Override
  public void close() {
    try {
      driver.close();
    } finally {
      Utils.closeQuietly(() -> Utils.delete(directory.toFile()), "state directory");
    }
  }
}
