package dev.explanations.lab.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.Behaviour;
import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.submit.Ledger;
import dev.explanations.lab.submit.Publisher;
import dev.explanations.lab.submit.ResultFollower;
import dev.explanations.lab.submit.Tally;
import dev.explanations.worker.Worker;
import dev.explanations.worker.settings.SettingsLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * An application of its own on a shared broker: topics, a simulator, workers on demand, and an
 * account of what was asked and answered. Used by the test's thread.
 */
final class Rig {

  static final int PARTITIONS = 2;

  /** For all that a loaded machine may take longer for; no test waits it out unless it fails. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final List<String> JVM_ARGUMENTS =
      List.of(
          "-Xmx512m",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          // the worker's own, not that of these tests
          "-Dlogback.configurationFile=logback.xml");

  private static final Pattern SUBTOPIC = Pattern.compile("Subject <(\\d+)>");

  final String applicationId;
  final Broker broker;
  final Admin admin;
  final GeminiSimulator gemini;
  final Ledger ledger = new Ledger();

  /** Every result that has arrived, as JSON. */
  final List<JsonNode> results = new CopyOnWriteArrayList<>();

  private final Path directory;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private Publisher publisher;
  private ResultFollower follower;

  Rig(Broker broker, Admin admin, Path directory, String applicationId, Behaviour calls) {
    this.broker = broker;
    this.admin = admin;
    this.directory = directory;
    this.applicationId = applicationId;
    this.gemini = GeminiSimulator.start(calls);
  }

  /** The full name of one of this application's topics. */
  String topic(String name) {
    return applicationId + "." + name;
  }

  Topics topics() {
    return new Topics(broker.bootstrapServers(), admin);
  }

  /** Where a worker keeps its state from one start to the next. */
  Path stateDirectory(String worker) {
    return directory.resolve(applicationId + "-" + worker);
  }

  /**
   * The settings of a worker.
   *
   * @param more variables and values in turn
   */
  Map<String, String> environment(String worker, String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    environment.put("APPLICATION_ID", applicationId);
    for (String name : Topics.NAMES) {
      String variable = "TOPIC_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
      environment.put(variable, topic(name));
    }
    environment.put("PARTITIONS", Integer.toString(PARTITIONS));
    environment.put("STREAM_THREADS", "2");
    environment.put("STATE_DIR", stateDirectory(worker).toString());
    environment.put("INSTANCE_ID", worker);
    environment.put("HTTP_PORT", "0");
    environment.put("GOOGLE_GEMINI_BASE_URL", gemini.baseUrl());
    environment.put("GOOGLE_API_KEY", "a-key-for-the-simulator");
    environment.put("RETRY_BACKOFF", "100ms");
    environment.put("SHUTDOWN_TIMEOUT", "20s");
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  /** A worker in this process, not started yet. */
  Worker create(String name, String... more) {
    Worker worker = Worker.create(SettingsLoader.loadAll(environment(name, more)));
    started.push(worker::stop);
    return worker;
  }

  /** A worker in this process, started. */
  Worker start(String name, String... more) {
    Worker worker = create(name, more);
    worker.start();
    return worker;
  }

  /** A worker in a process of its own, ready. */
  WorkerProcess process(String name, String... more) {
    WorkerProcess process = WorkerProcess.start(environment(name, more), JVM_ARGUMENTS);
    started.push(process);
    return process;
  }

  /** The same with more arguments for its JVM, not waited for. */
  WorkerProcess launch(List<String> jvmArguments, Map<String, String> environment) {
    List<String> arguments = new ArrayList<>(JVM_ARGUMENTS);
    arguments.addAll(jvmArguments);
    WorkerProcess process = WorkerProcess.launch(environment, arguments);
    started.push(process);
    return process;
  }

  /** Reads results from now on. Their topic exists as soon as some worker has been started. */
  void follow() {
    follower =
        ResultFollower.follow(
            broker.bootstrapServers(),
            topic("results"),
            ledger,
            (result, body) -> results.add(body),
            Duration.ofSeconds(30),
            Map.of());
  }

  /** Whether any result has arrived, asked for through this rig or not. */
  boolean hasResults() {
    return !results.isEmpty() || ledger.tally().unexpected() > 0;
  }

  /** Publishes a request; some worker must have been started before. */
  void ask(String requestId, String json) {
    if (follower == null) {
      follow();
    }
    if (publisher == null) {
      publisher = new Publisher(broker.bootstrapServers(), topic("requests"), ledger, Map.of());
    }
    publisher.publish(requestId, json);
  }

  /** Publishes requests for the explanations {@code first} (inclusive) to {@code end}. */
  void askAbout(int first, int end) {
    for (int i = first; i < end; i++) {
      ask("r-" + i, request("r-" + i, i));
    }
    publisher.flush();
  }

  /** A request for the explanation of that number. */
  static String request(String requestId, int explanation) {
    return "{\"requestId\":\"%s\",\"topic\":\"Load\",\"subtopic\":\"%s\"}"
        .formatted(requestId, subtopic(explanation));
  }

  /** Marks off the number, so that none is found within another. */
  static String subtopic(int explanation) {
    return "Subject <" + explanation + ">";
  }

  /** The explanations whose call has ended and whose outcome is in Kafka. */
  Set<Integer> explanationsInKafka() {
    return topics().read(topic("outcomes")).stream()
        .flatMap(record -> explanationsIn(new String(record.value(), UTF_8)))
        .collect(Collectors.toSet());
  }

  /** The explanations that the simulator was asked for more than once. */
  Set<Integer> explanationsCalledAgain() {
    return gemini.statistics().byPrompt().entrySet().stream()
        .filter(prompt -> prompt.getValue() > 1)
        .flatMap(prompt -> explanationsIn(prompt.getKey()))
        .collect(Collectors.toSet());
  }

  private static Stream<Integer> explanationsIn(String text) {
    return SUBTOPIC.matcher(text).results().map(found -> Integer.valueOf(found.group(1)));
  }

  /** Waits for the calls of a dead worker: some may be on their way to the simulator. */
  void awaitEndOfCalls() {
    await("calls end")
        .atMost(PATIENCE)
        .during(Duration.ofMillis(300))
        .until(() -> gemini.statistics().inFlight() == 0);
  }

  void awaitCalls(int inFlight) {
    await("%d calls in flight".formatted(inFlight))
        .atMost(PATIENCE)
        .until(() -> gemini.statistics().inFlight() >= inFlight);
  }

  /** Sees the simulator itself: results come later, on a busy machine by seconds. */
  void awaitCallsMade(int atLeast) {
    await("%d calls made".formatted(atLeast))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> gemini.statistics().calls() >= atLeast);
  }

  void awaitResults(int atLeast) {
    await("%d results".formatted(atLeast))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> ledger.results().size() >= atLeast);
  }

  /** Waits until everything is answered; fails if anything is lost, doubled or made up. */
  Tally answeredExactlyOnce() throws InterruptedException {
    boolean complete = ledger.awaitResults(PATIENCE);
    follower.check();
    Tally tally = ledger.tally();
    assertThat(complete).as("%s", tally).isTrue();
    // what the follower was told, against the topic: a doubled result may have come after
    assertThat(topics().read(topic("results"))).as("%s", tally).hasSize((int) tally.requests());
    assertThat(tally.exactlyOnce()).as("%s", tally).isTrue();
    assertThat(tally.unexpected()).as("%s", tally).isZero();
    return tally;
  }

  /** Ends what still runs; calls that hang end first, so that no worker waits for them. */
  void close() {
    gemini.close();
    started.forEach(Rig::closeQuietly);
    if (publisher != null) {
      closeQuietly(publisher);
    }
    if (follower != null) {
      closeQuietly(follower);
    }
  }

  /** Asks for it and does not wait: a broker with thousands of partitions is a slow one. */
  void deleteTopics() {
    admin.deleteTopics(topics().partitionCounts(this::isOurs).keySet());
  }

  /** Whether it belongs to this application, be it an internal topic. */
  boolean isOurs(String topic) {
    return topic.startsWith(applicationId + ".") || topic.startsWith(applicationId + "-");
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      throw new IllegalStateException("cannot close " + part, e);
    }
  }
}
