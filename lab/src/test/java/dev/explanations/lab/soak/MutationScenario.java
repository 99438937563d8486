package dev.explanations.lab.soak;

import dev.explanations.lab.faults.target.Fleet;
import dev.explanations.lab.faults.target.Life;
import dev.explanations.lab.guarantees.Limits;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.Answered;
import dev.explanations.lab.guarantees.Observation.BreakerChanged;
import dev.explanations.lab.guarantees.Observation.Order;
import dev.explanations.lab.guarantees.Observation.Ordered;
import dev.explanations.lab.guarantees.Violation;
import dev.explanations.lab.guarantees.Witness;
import dev.explanations.lab.guarantees.promise.Guarantees;
import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.soak.traffic.DrawnRequest;
import dev.explanations.lab.soak.traffic.RequestPublisher;
import dev.explanations.lab.soak.watch.CallWatch;
import dev.explanations.lab.soak.watch.FleetReader;
import dev.explanations.lab.soak.watch.LogWatch;
import dev.explanations.lab.soak.watch.OutputWatch;
import dev.explanations.lab.soak.watch.ProgressWatch;
import dev.explanations.lab.soak.watch.Vitals;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Something of everything in half a minute: in it a worker may break each of its promises. */
final class MutationScenario {

  /** The question after which a changed worker's stream stands still. */
  static final String LAST = "Last question";

  private static final String TOKEN = "a-control-token-of-mutants";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Nothing happens to machines, so sessions do not matter. */
  private static final Limits LIMITS =
      new Limits(
          4,
          0,
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          6,
          2,
          Duration.ofSeconds(60),
          Duration.ofMillis(500),
          Duration.ofMillis(700),
          Duration.ofSeconds(8));

  private final String name;
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final Set<String> opened = ConcurrentHashMap.newKeySet();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final Witness witness = new Witness(Guarantees.all(LIMITS, List.of(TOKEN)), this::noted);
  private final GeminiSimulator gemini =
      GeminiSimulator.start(Behaviour.answer(Duration.ofMillis(300)));

  private MutationScenario(String name) {
    this.name = name.toLowerCase(Locale.ROOT);
  }

  private void noted(Observation observation) {
    if (observation instanceof Answered answer) {
      answered.add(answer.requestId());
    } else if (observation instanceof BreakerChanged change) {
      opened.add(change.state());
    }
  }

  /**
   * Plays it with a worker in a process of its own.
   *
   * @param jvmArguments beside the usual ones
   */
  static List<Violation> run(
      String name, String bootstrapServers, Path directory, List<String> jvmArguments)
      throws Exception {
    MutationScenario scenario = new MutationScenario(name);
    try (GeminiSimulator _ = scenario.gemini) {
      scenario.play(bootstrapServers, directory, jvmArguments);
    }
    return scenario.witness.judge();
  }

  private void play(String bootstrapServers, Path directory, List<String> jvmArguments)
      throws Exception {
    List<String> arguments = new ArrayList<>(SoakSettings.JVM_ARGUMENTS);
    arguments.addAll(jvmArguments);
    LogWatch log = new LogWatch(witness);
    Fleet.Setup setup =
        new Fleet.Setup(
            directory,
            settings(bootstrapServers),
            _ -> Map.of(),
            arguments,
            SoakSettings.KEY_SECRET);
    try (Fleet fleet = new Fleet(setup, witness, log::line)) {
      gemini.observe(new CallWatch(witness, fleet::lifeOf));
      fleet.start("w1");
      fleet.awaitReady("w1", PATIENCE);
      Set<String> topics = Set.of(topic("requests"), name + "-accepted-repartition");
      try (RequestPublisher requests =
              new RequestPublisher(bootstrapServers, topic("requests"), witness);
          OutputWatch _ =
              OutputWatch.start(
                  bootstrapServers, topic("results"), topic("dead-letters"), witness);
          ProgressWatch _ = new ProgressWatch(bootstrapServers, name, topics, witness);
          FleetReader _ = new FleetReader(() -> ports(fleet), witness, new Vitals())) {
        ask(requests, fleet.life("w1").orElseThrow());
        // the meters are read once more after that
        Thread.sleep(Duration.ofSeconds(3));
      }
    }
  }

  private String topic(String of) {
    return name + "." + of;
  }

  private Map<String, String> settings(String bootstrapServers) {
    Map<String, String> settings = new HashMap<>(SoakSettings.environment(gemini.baseUrl(), 1, ""));
    settings.keySet().removeIf(each -> each.startsWith("REDIS"));
    settings.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
    settings.put("APPLICATION_ID", name);
    for (String each :
        List.of("requests", "results", "retries", "dead-letters", "outcomes", "control")) {
      String setting = "TOPIC_" + each.replace('-', '_').toUpperCase(Locale.ROOT);
      settings.put(setting, topic(each));
    }
    settings.put("CONTROL_TOKEN", TOKEN);
    settings.put("PARTITIONS", "1");
    settings.put("STREAM_THREADS", "1");
    settings.put("GEMINI_MAX_IN_FLIGHT", "4");
    settings.remove("GEMINI_REQUESTS_PER_MINUTE");
    settings.put("GEMINI_TIMEOUT", "10s");
    settings.put("RETRY_MAX_ATTEMPTS", "6");
    settings.put("RETRY_BACKOFF", "2s");
    settings.put("REQUEST_TIMEOUT", "60s");
    settings.put("CIRCUIT_BREAKER_TIMEOUT", "4s");
    settings.put("CACHE_TTL", "1h");
    return settings;
  }

  private static Map<String, Integer> ports(Fleet fleet) {
    return fleet.live().stream().collect(Collectors.toMap(Life::name, Life::httpPort));
  }

  private void ask(RequestPublisher requests, Life worker) throws Exception {
    gemini.behaveWhen("Failing", 3, Behaviour.of(Reply.Canned.INTERNAL).after(second()));
    gemini.behaveWhen("Cut", Behaviour.of(Reply.Canned.MAX_TOKENS));
    gemini.behaveWhen("Slow", Behaviour.answer(Duration.ofSeconds(6)));
    // not in the moment in which the worker became ready
    Thread.sleep(second());
    ordered(worker, "/api/worker/pause", Order.PAUSE);
    ask(requests, 20, "Failing", null);
    Thread.sleep(second());
    ordered(worker, "/api/worker/resume", Order.RESUME);
    ask(requests, 3, "Cut", null);
    for (int i = 0; i < 24; i++) {
      ask(requests, 1, "Question " + i % 6, null);
    }
    awaitAnswers();
    ordered(worker, "/api/cache/clear", Order.CLEAR);
    for (int i = 0; i < 6; i++) {
      ask(requests, 1, "Question " + i, null);
    }
    awaitAnswers();
    gemini.behave(Behaviour.of(Reply.Canned.OVERLOADED).after(Duration.ofMillis(100)));
    ask(requests, 1, "During the outage", null);
    for (int i = 0; i < 8; i++) {
      ask(requests, 1, "Outage " + i, null);
    }
    await(Duration.ofSeconds(15), () -> opened.contains("OPEN"));
    gemini.behave(Behaviour.answer(Duration.ofMillis(300)));
    for (int i = 0; i < 6; i++) {
      ask(requests, 1, "While open " + i, null);
      Thread.sleep(Duration.ofMillis(500));
    }
    // not while the worker's start may still be the reason that it comes late
    ask(requests, 1, "Slow", Duration.ofSeconds(2));
    ask(requests, 1, LAST, null);
    ask(requests, 1, "Question behind", null);
    awaitAnswers();
  }

  private static Duration second() {
    return Duration.ofSeconds(1);
  }

  private void ask(
      RequestPublisher requests, int times, String question, @Nullable Duration deadline) {
    for (int i = 0; i < times; i++) {
      String id = name + "-" + asked.size();
      asked.add(id);
      requests.publish(
          new DrawnRequest(
              id, "A topic", question, deadline, false, Map.of("correlation-id", "c-" + id)));
    }
  }

  private void awaitAnswers() throws InterruptedException {
    await(PATIENCE, () -> answered.containsAll(asked));
  }

  /** Or until that time is over: what is missing then is for a guarantee to judge. */
  private static void await(Duration atMost, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(Duration.ofMillis(20));
    }
  }

  private void ordered(Life worker, String path, Order order) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(worker.uri(path))
            .header("Authorization", "Bearer " + TOKEN)
            .POST(BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      long sent = System.nanoTime();
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(path + " " + response.statusCode() + response.body());
      }
      witness.saw(new Ordered(System.nanoTime(), sent, order, ""));
    }
  }
}
