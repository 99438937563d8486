package dev.explanations.lab.guarantees.operation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Endpoints;
import dev.explanations.lab.fixture.Endpoints.Endpoint;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.RedisFixture;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.fixture.Topics;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.settings.SettingsTable;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;

/** No secret comes out of the worker, whatever it does, however much it says. */
@Order(1)
class SecretsIT {

  private static final String JAAS =
      "org.apache.kafka.common.security.plain.PlainLoginModule required"
          + " username=\"worker\" password=\"%s\";";

  /** Of a client of the stream, or of all. */
  private static final List<String> CLIENTS =
      List.of("KAFKA_", "KAFKA_MAIN_CONSUMER_", "KAFKA_PRODUCER_", "KAFKA_ADMIN_");

  /** What a client says that could not get in. */
  private static final String TRIED = "disconnected|Cannot start|[Aa]uthentication failed";

  private static final List<String> MALFORMED =
      List.of("{\"requestId\":\"m-0\",\"topic\":\"Load\"}", "{\"requestId\":\"m-1\",\"topic\":7}");

  @RegisterExtension static final Cluster cluster = new Cluster();

  @TempDir private Path directory;

  private final Canaries canaries = new Canaries();

  /** What came out of the worker, by where it came out. */
  private final Map<String, String> emitted = new LinkedHashMap<>();

  private final String apiKey = canaries.plant("GOOGLE_API_KEY");
  private final String token = canaries.plant("CONTROL_TOKEN");

  private final String readToken = canaries.plant("READ_TOKEN");

  /** Redis takes no quote on its command line. */
  private final String redisPassword = canaries.plant("REDIS_PASSWORD").replace("\"", "");

  /** A canary for every secret that there is. */
  private Map<String, String> secrets() {
    Map<String, String> secrets = new HashMap<>();
    secrets.put("GOOGLE_API_KEY", apiKey);
    secrets.put("GEMINI_API_KEY", canaries.plant("GEMINI_API_KEY"));
    secrets.put("CONTROL_TOKEN", token);
    secrets.put("READ_TOKEN", readToken);
    secrets.put("REDIS_PASSWORD", redisPassword);
    for (String name : List.of("HTTPS_PROXY", "HTTP_PROXY")) {
      String password = URLEncoder.encode(canaries.plant(name), StandardCharsets.UTF_8);
      secrets.put(name, "http://worker:" + password + "@127.0.0.1:1");
    }
    assertThat(secrets)
        .as("a secret that this test does not know: make the worker use it, and plant one")
        .containsOnlyKeys(SettingsTable.secrets());
    for (String property : secretsOfKafka()) {
      for (String client : CLIENTS) {
        String name = client + property.toUpperCase(Locale.ROOT).replace('.', '_');
        secrets.put(name, ofKafka(property, canaries.plant(name)));
      }
    }
    return secrets;
  }

  private static String ofKafka(String property, String canary) {
    return property.equals("sasl.jaas.config") ? JAAS.formatted(canary.replace("\"", "")) : canary;
  }

  private static Set<String> secretsOfKafka() {
    Set<String> names = new TreeSet<>();
    Stream.of(
            ConsumerConfig.configDef(),
            ProducerConfig.configDef(),
            AdminClientConfig.configDef(),
            StreamsConfig.configDef())
        .flatMap(config -> config.configKeys().values().stream())
        .filter(key -> key.type() == ConfigDef.Type.PASSWORD)
        .forEach(key -> names.add(key.name));
    assertThat(names).contains("sasl.jaas.config", "ssl.key.password", "ssl.keystore.key");
    return names;
  }

  private void nothingIsGivenAway() {
    Map<String, List<String>> givenAway = new LinkedHashMap<>();
    emitted.forEach((where, text) -> givenAway.put(where, canaries.in(text)));
    givenAway.values().removeIf(List::isEmpty);
    assertThat(givenAway).isEmpty();
  }

  /**
   * What is said at any level is said at trace too. Everything, with all libraries, is more than
   * the worker can be told to say.
   */
  @ParameterizedTest
  @ValueSource(strings = {"trace", "everything"})
  void worker_keepsItsSecrets_atEveryLogLevel(String level) throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    try (EchoingGemini gemini = new EchoingGemini();
        RedisFixture redis = RedisFixture.start("--requirepass", redisPassword)) {
      Map<String, String> environment = rig.environment("w1", settings(redis, level));
      environment.putAll(secrets());
      environment.put("GOOGLE_GEMINI_BASE_URL", gemini.baseUrl());
      WorkerProcess worker = rig.launch(jvmArguments(level), environment);
      worker.awaitReady(Rig.PATIENCE);
      Health health = new Health(worker.httpPort());
      health.awaitCache("healthy");

      askAll(rig);
      readTopics(rig);
      useEndpoints(rig, worker, level);
      changePassword(redis);
      health.awaitCache("degraded");
      emitted.put("health without Redis", health.body().toString());
      assertThat(worker.terminate(Rig.PATIENCE)).isZero();

      assertThat(gemini.keys).as("what a call brings").containsExactly(apiKey);
      readTopics(rig);
      nothingIsMissing(rig);
      emitted.put("log", String.join("\n", worker.log()));
      saysAsMuchAsItIsTold(level);
      nothingIsGivenAway();
    }
  }

  @Test
  void refusedStart_namesSettings_andNoSecret() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    Map<String, String> environment = rig.environment("w1");
    environment.putAll(secrets());
    // a character that none of them may have
    SettingsTable.secrets().forEach(name -> environment.merge(name, "\u0001", String::concat));
    // slips of the hand: a key where its file belongs, an address with a login in it
    environment.remove("GEMINI_API_KEY");
    environment.put("GEMINI_API_KEY_FILE", canaries.plant("key for file"));
    String login = "worker:" + canaries.plant("login") + "@";
    environment.put("GOOGLE_GEMINI_BASE_URL", "http://%slocalhost/".formatted(login));
    environment.put("GOOGLE_VERTEX_BASE_URL", "http://localhost/?key=" + login);
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "https://" + login + "localhost#x");

    WorkerProcess refused = rig.launch(List.of(), environment);

    assertThat(refused.awaitExit(Rig.PATIENCE)).isEqualTo(2);
    emitted.put("standard error", String.join("\n", refused.log()));
    assertThat(emitted.get("standard error"))
        .contains("GOOGLE_API_KEY (value hidden)", "CONTROL_TOKEN (value hidden)")
        .contains("REDIS_PASSWORD (value hidden)", "GEMINI_API_KEY_FILE")
        .contains(
            "GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT");
    nothingIsGivenAway();
  }

  /** The broker speaks neither SASL nor TLS: so far a client gets with each way to log in. */
  @ParameterizedTest
  @ValueSource(strings = {"SASL_PLAINTEXT", "SASL_SSL", "SSL", "no module", "no option"})
  void loginThatFails_isToldWithoutSecrets(String how) throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    Map<String, String> environment = rig.environment("w1", "LOG_LEVEL", "trace");
    environment.putAll(secrets());
    environment.put("KAFKA_SASL_MECHANISM", "PLAIN");
    environment.put("KAFKA_SECURITY_PROTOCOL", how.contains(" ") ? "SASL_PLAINTEXT" : how);
    String canary = canaries.plant("JAAS").replace("\"", "");
    for (String client : CLIENTS) {
      String name = client + "SASL_JAAS_CONFIG";
      switch (how) {
        case "no module" ->
            environment.put(name, canary.replaceAll("[^a-z0-9]", "") + " required;");
        case "no option" ->
            environment.put(name, JAAS.formatted(canary).replace(";", " " + canary));
        default -> {}
      }
    }
    WorkerProcess worker = rig.launch(jvmArguments("everything"), environment);
    await("it has tried, or given up")
        .atMost(Rig.PATIENCE)
        .until(() -> !worker.isAlive() || log(worker).matches("(?s).*(" + TRIED + ").*"));
    worker.terminate(Rig.PATIENCE);
    emitted.put("log", log(worker));
    assertThat(emitted.get("log")).contains("sasl.jaas.config=******");
    nothingIsGivenAway();
  }

  private static String log(WorkerProcess worker) {
    return String.join("\n", worker.log());
  }

  private static String[] settings(RedisFixture redis, String level) {
    return RedisFixture.settings(
        redis.port(),
        "LOG_LEVEL",
        level.equals("everything") ? "trace" : level,
        "RETRY_MAX_ATTEMPTS",
        "2",
        "REQUEST_TIMEOUT",
        "3s",
        "CIRCUIT_BREAKER_FAILURE_THRESHOLD",
        "1000",
        "TRACING_ENABLED",
        "true",
        // nobody is there
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "http://127.0.0.1:9");
  }

  private List<String> jvmArguments(String level) throws Exception {
    if (!level.equals("everything")) {
      return List.of();
    }
    Path file = directory.resolve("everything.xml");
    Files.writeString(
        file,
        """
        <configuration>
          <include resource="logback-development.xml"/>
          <root level="TRACE"><appender-ref ref="console"/></root>
        </configuration>
        """);
    return List.of("-Dlogback.configurationFile=" + file);
  }

  /** Explanations, a hit, each way to fail, and what is no request. */
  private void askAll(Rig rig) throws Exception {
    rig.askAbout(0, 3);
    rig.awaitResults(3);
    rig.ask("hit", Rig.request("hit", 1));
    for (int i = 0; i < EchoingGemini.ERRORS.size(); i++) {
      String error = EchoingGemini.ERRORS.get(i);
      rig.ask("e-" + i, Rig.request("e-" + i, 0).replace(Rig.subtopic(0), error));
    }
    for (int i = 0; i < MALFORMED.size(); i++) {
      rig.ask("m-" + i, MALFORMED.get(i));
    }
    rig.awaitResults(4 + EchoingGemini.ERRORS.size() + MALFORMED.size());
    // so that it is well again
    rig.askAbout(3, 4);
    rig.answeredExactlyOnce();
    String results = rig.results.toString();
    assertThat(results).as("the echo has come, without the key").contains("You sent '******'");
  }

  private void useEndpoints(Rig rig, WorkerProcess worker, String level) throws Exception {
    String right = "Bearer " + token;
    try (HttpClient client = HttpClient.newHttpClient()) {
      Endpoints endpoints = new Endpoints(client, worker.httpPort());
      if (level.equals("trace")) {
        Endpoint levels = new Endpoint("POST", "/api/log-level", true);
        for (String body :
            List.of(
                "{\"level\":\"trace\"}", "{\"level\":\"debug\",\"logger\":\"org.apache.kafka\"}")) {
          assertThat(endpoints.ask(levels, right, body).statusCode()).isEqualTo(200);
        }
        String root = "{\"level\":\"trace\",\"logger\":\"ROOT\"}";
        assertThat(endpoints.ask(levels, right, root).statusCode()).isEqualTo(400);
      }
      for (Endpoint endpoint : Endpoints.all()) {
        HttpResponse<String> good = endpoints.ask(endpoint, right, endpoint.body());
        assertThat(good.statusCode()).as("%s: %s", endpoint, good.body()).isIn(expected(endpoint));
        emit(endpoint + " with the token", good);
        HttpResponse<String> read = endpoints.ask(endpoint, "Bearer " + readToken, endpoint.body());
        assertThat(read.statusCode())
            .as("%s with the token that only reads: %s", endpoint, read.body())
            .isIn(endpoint.method().equals("GET") ? expected(endpoint) : Set.of(403));
        emit(endpoint + " with the token that only reads", read);
        emit(endpoint + " without", endpoints.ask(endpoint, null, endpoint.body()));
        // a slip of the hand, as much a secret as the token itself
        emit(endpoint + " with a wrong token", endpoints.ask(endpoint, right + "x", ""));
        emit(endpoint + " in another way", endpoints.ask(endpoint, "Basic " + token, ""));
        emit(endpoint + " with a bad body", endpoints.ask(endpoint, right, "{\"" + token));
      }
      Endpoint open = new Endpoint("POST", "/api/circuit-breaker/google_ai/open", true);
      emit("open", endpoints.ask(open, right, ""));
      rig.ask("held back", Rig.request("held back", 9));
      await("the retry topic has a request")
          .atMost(Rig.PATIENCE)
          .until(() -> !rig.topics().read(rig.topic("retries")).isEmpty());
      readTopics(rig);
      Endpoint reset = new Endpoint("POST", "/api/circuit-breaker/google_ai/reset", true);
      emit("reset", endpoints.ask(reset, right, ""));
      rig.answeredExactlyOnce();
    }
  }

  private static Set<Integer> expected(Endpoint endpoint) {
    if (endpoint.path().endsWith("/unknown")) {
      return Set.of(404); // there is no such job
    }
    // a job that takes long on a loaded machine is told of before its end
    return endpoint.path().endsWith("/redrive") ? Set.of(200, 202) : Set.of(200);
  }

  private void emit(String where, HttpResponse<String> response) {
    emitted.put(where, response.statusCode() + " " + response.headers() + " " + response.body());
  }

  /** Redis refuses the worker's password from now on, and names it in no way. */
  private void changePassword(RedisFixture redis) {
    try (RedisClient client =
        RedisClient.builder()
            .hostAndPort(new HostAndPort("127.0.0.1", redis.port()))
            .clientConfig(
                DefaultJedisClientConfig.builder().resp2().password(redisPassword).build())
            .build()) {
      client.configSet("requirepass", "another");
    }
    redis.kill();
  }

  /** To be called again and again: the worker deletes what it has consumed. */
  private void readTopics(Rig rig) {
    Topics topics = rig.topics();
    for (String topic : topics.partitionCounts(rig::isOurs).keySet()) {
      String records =
          topics.read(topic).stream()
              .map(
                  record ->
                      text(record.key())
                          + " "
                          + text(record.value())
                          + " "
                          + Stream.of(record.headers().toArray())
                              .map(header -> header.key() + "=" + text(header.value()))
                              .collect(joining(" ")))
              .collect(joining("\n"));
      emitted.merge("topic " + topic, records, (before, now) -> before + "\n" + now);
    }
  }

  private void nothingIsMissing(Rig rig) {
    for (String name : Topics.NAMES) {
      assertThat(emitted.get("topic " + rig.topic(name))).as(name).isNotBlank();
    }
    assertThat(emitted.get("topic " + rig.topic("dead-letters")))
        .contains("explanation-error=")
        .contains("You sent '******'");
  }

  /** One character for each byte. */
  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, ISO_8859_1);
  }

  private void saysAsMuchAsItIsTold(String level) {
    String log = emitted.get("log");
    if (level.equals("everything")) {
      assertThat(log)
          .contains("Log level of ROOT is INFO: below it secrets would be logged")
          .contains("DEBUG NetworkClient");
    } else {
      assertThat(log).contains("Log level of org.apache.kafka is DEBUG");
    }
  }
}
