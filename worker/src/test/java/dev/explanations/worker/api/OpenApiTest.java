package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Error;
import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.contract.Schemas;
import dev.explanations.worker.control.CommandResult;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.gemini.ModelHealth;
import dev.explanations.worker.health.HealthReport;
import dev.explanations.worker.health.ServiceHealth;
import dev.explanations.worker.health.Status;
import dev.explanations.worker.health.StreamsView;
import dev.explanations.worker.metrics.TestMetrics;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.settings.Secret;
import dev.explanations.worker.settings.Settings;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds the running server to what {@code openapi.yaml} says of it. */
class OpenApiTest {

  private static final String LIMITS = "{\"perDayUsd\":25,\"perMonthUsd\":400.5}";

  private static final String SHARE = "{\"candidateShare\":0.5}";

  private static final String BREAKER = "/api/circuit-breaker/{name}";
  private static final String TOKEN = "Authorization: Bearer s3cret";
  private static final String LOCALHOST = "Host: localhost";

  private final JsonNode api = load();
  private final MemoryBreakers breakers = new MemoryBreakers("google_ai", "google_ai:b");
  private final MemoryControl control = new MemoryControl(breakers);
  private final MemoryDeadLetters deadLetters = new MemoryDeadLetters();
  private final MemoryLookUp lookUp = new MemoryLookUp();
  private volatile Supplier<StreamsView> stream = () -> Streams.view("RUNNING", 2, 7L, false);
  private volatile Optional<ModelHealth.Trouble> trouble = Optional.empty();
  private volatile Supplier<ServiceHealth> cache =
      () -> new ServiceHealth(Status.HEALTHY, Map.of("type", "state_store", "connected", true));
  private Prompts.Status prompts = TestServers.PROMPTS;
  private final MemoryBudget budget = new MemoryBudget();
  @AutoClose private final OpsServer locked = server(new Secret("s3cret"));
  @AutoClose private final OpsServer unlocked = server(null);
  private final Set<String> seen = new TreeSet<>();

  private static JsonNode load() {
    try {
      return new ObjectMapper(new YAMLFactory())
          .readTree(Schemas.DIRECTORY.resolve("openapi.yaml").toFile());
    } catch (IOException e) {
      throw new AssertionError("openapi.yaml is not YAML", e);
    }
  }

  private OpsServer server(@Nullable Secret token) {
    HealthReport health =
        new HealthReport(
            Settings.Environment.PRODUCTION,
            Clock.systemUTC(),
            new HealthReport.Sources(
                () -> cache.get(), breakers, "m", () -> trouble, () -> stream.get()));
    return new OpsServer(
        TestServers.http("127.0.0.1", 0, token),
        new OpsServer.Backend(
            health,
            TestMetrics.service(breakers),
            deadLetters,
            lookUp,
            () -> prompts,
            budget,
            control,
            () -> "Topologies:\n"),
        TestServers.NO_LISTENER);
  }

  @BeforeEach
  void start() throws IOException {
    locked.start();
    unlocked.start();
  }

  /** All of them, as {@code GET /live}. */
  private Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> field : path.getValue().properties()) {
        if (!field.getKey().equals("parameters")) {
          operations.add(field.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
    }
    return operations;
  }

  private JsonNode operation(String operation) {
    String[] parts = operation.split(" ", 2);
    return api.path("paths").path(parts[1]).path(parts[0].toLowerCase(Locale.ROOT));
  }

  private JsonNode response(String operation, int status) {
    JsonNode response = operation(operation).path("responses").path(String.valueOf(status));
    return response.has("$ref") ? api.at(response.path("$ref").asText().substring(1)) : response;
  }

  private List<Error> errors(JsonNode schema, JsonNode value) {
    ObjectNode document = schema.deepCopy();
    document.set("components", api.path("components").deepCopy());
    forbidOtherFields(document);
    return Schemas.schema(document).validate(value);
  }

  /** Clients must be ready for further fields, but the worker sends none that is not described. */
  private static void forbidOtherFields(JsonNode schema) {
    if (schema.has("properties") && !schema.has("additionalProperties")) {
      ((ObjectNode) schema).put("additionalProperties", false);
    }
    schema.forEach(OpenApiTest::forbidOtherFields);
  }

  private void check(OpsServer server, String operation, int status, String... headers)
      throws IOException {
    check("google_ai", server, operation, status, headers);
  }

  private void check(
      String parameter, OpsServer server, String operation, int status, String... headers)
      throws IOException {
    check(
        operation,
        server,
        operation.replaceFirst("\\{(name|file)}", parameter).replace("{id}", "x"),
        "",
        status,
        headers);
  }

  /**
   * @param request method and path
   */
  private void check(
      String operation,
      OpsServer server,
      String request,
      String body,
      int status,
      String... headers)
      throws IOException {
    List<String> head = new ArrayList<>(List.of(request + " HTTP/1.1"));
    head.addAll(List.of(headers));
    Answer answer = RawHttp.send(server.port(), head, body);
    while (status == 429 && answer.status() == 401) {
      // one wrong token a second is told so
      answer = RawHttp.send(server.port(), head, body);
    }

    assertThat(answer.status()).as(operation).isEqualTo(status);
    JsonNode response = response(operation, status);
    String type = answer.header("Content-Type").replaceFirst(";.*", "");
    JsonNode schema = response.path("content").path(type).path("schema");
    assertThat(schema.isMissingNode()).as("%s %d %s", operation, status, type).isFalse();
    JsonNode content = type.endsWith("json") ? answer.json() : new TextNode(answer.body());
    assertThat(errors(schema, content)).as("%s: %s", operation, content).isEmpty();
    for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
      JsonNode value = new TextNode(answer.header(header.getKey()));
      assertThat(errors(header.getValue().path("schema"), value)).as(header.getKey()).isEmpty();
    }
    seen.add(operation + " " + status);
  }

  @Test
  void version_is31() {
    assertThat(api.path("openapi").asText()).isEqualTo("3.1.0");
  }

  @Test
  void operations_areTheEndpointsOfTheServer() {
    assertThat(locked.endpoints().stream().map(it -> it.replace('<', '{').replace('>', '}')))
        .containsExactlyInAnyOrderElementsOf(operations());
  }

  @Test
  void everyAnswer_isAsDescribed() throws Exception {
    check(locked, "GET /", 200, LOCALHOST);
    for (String file : List.of("app.js", "base.css", "icon.svg")) {
      check(file, locked, "GET /assets/{file}", 200, LOCALHOST);
    }
    check("x.js", locked, "GET /assets/{file}", 404, LOCALHOST);
    check(locked, "GET /live", 200, LOCALHOST);
    check(locked, "GET /ready", 200, LOCALHOST);
    check(locked, "GET /api/health", 200, LOCALHOST);
    check(locked, "GET /metrics", 200, LOCALHOST);
    check(locked, "GET /api/metrics", 200, LOCALHOST);
    check(locked, "GET /api/metrics/history", 200, LOCALHOST);
    check(locked, "GET /api/topology", 200, LOCALHOST);
    check(locked, "GET /api/circuit-breaker", 200, LOCALHOST);
    check(locked, "GET " + BREAKER + "/state", 200, LOCALHOST);
    check("google_ai%3Ab", locked, "GET " + BREAKER + "/state", 200, LOCALHOST);
    check("x", locked, "GET " + BREAKER + "/state", 404, LOCALHOST);
    for (String command : List.of("open", "reset")) {
      checkCommand("POST " + BREAKER + "/" + command, "");
      check("x", locked, "POST " + BREAKER + "/" + command, 404, LOCALHOST, TOKEN);
    }
    for (String command : List.of("cache/clear", "worker/pause", "worker/resume")) {
      checkCommand("POST /api/" + command, "");
    }
    checkCommand("POST /api/cache/invalidate", "{\"topic\":\"Biology\"}");
    check(unlocked, "POST /api/cache/invalidate", 400, LOCALHOST);
    check(locked, "GET /api/prompt", 200, LOCALHOST);
    checkCommand("POST /api/prompt", SHARE);
    check(unlocked, "POST /api/prompt", 400, LOCALHOST);
    prompts = new Prompts.Status("1", null, 0);
    String length = "Content-Length: " + SHARE.length();
    check("POST /api/prompt", unlocked, "POST /api/prompt", SHARE, 409, LOCALHOST, length);
    check(locked, "GET /api/prompt", 200, LOCALHOST);
    check(locked, "GET /api/budget", 200, LOCALHOST);
    checkCommand("POST /api/budget", LIMITS);
    budget.spend("25");
    check(locked, "GET /api/budget", 200, LOCALHOST);
    length = "Content-Length: 2";
    check("POST /api/budget", unlocked, "POST /api/budget", "[]", 400, LOCALHOST, length);
    budget.unpriced = List.of("m");
    length = "Content-Length: " + LIMITS.length();
    check("POST /api/budget", unlocked, "POST /api/budget", LIMITS, 409, LOCALHOST, length);
    check(locked, "GET /api/metrics", 200, LOCALHOST, TOKEN);
    check(locked, "GET /api/metrics", 401, LOCALHOST, TOKEN + "x");
    for (String operation : operations()) {
      if (operation.startsWith("GET ")) {
        check(unlocked, operation, 421, "Host: attacker.example");
      }
    }
    checkLookUp();
    checkDeadLetters();
    checkLogLevels();
    breakers.put("google_ai", State.DISABLED);
    check(unlocked, "POST " + BREAKER + "/open", 409, LOCALHOST);
    check(unlocked, "POST " + BREAKER + "/reset", 200, LOCALHOST);
    stream = () -> Streams.view("ERROR", 0, null, false);
    check(locked, "GET /ready", 503, LOCALHOST);
    check(locked, "GET /api/health", 503, LOCALHOST);
    checkTooMany();

    Set<String> described = new TreeSet<>();
    for (String operation : operations()) {
      for (Map.Entry<String, JsonNode> response :
          operation(operation).path("responses").properties()) {
        described.add(operation + " " + response.getKey());
      }
    }
    assertThat(seen).isEqualTo(described);
  }

  private void checkCommand(String command, String body) throws IOException {
    String request = command.replace("{name}", "google_ai");
    String length = "Content-Length: " + body.length();
    check(command, locked, request, body, 200, LOCALHOST, TOKEN, length);
    check(locked, command, 401, LOCALHOST);
    check(locked, command, 413, LOCALHOST, TOKEN, "Content-Length: 70000");
    check(command, unlocked, request, body, 200, LOCALHOST, length);
    check(unlocked, command, 403, LOCALHOST, "Origin: http://attacker.example");
    check(unlocked, command, 421, "Host: attacker.example");
    control.result = new CommandResult.NotPublished("Kafka is away");
    check(command, unlocked, request, body, 503, LOCALHOST, length);
    control.result = MemoryControl.RECEIPT;
  }

  private void checkLookUp() throws IOException {
    String find = "GET /api/cache/entry";
    String biology = find + "?topic=Biology&subtopic=Cells";
    check(find, locked, biology, "", 200, LOCALHOST, TOKEN);
    lookUp.answer = new CacheLookUp.Answer.Elsewhere("http://w2:8080");
    check(find, locked, biology, "", 307, LOCALHOST, TOKEN);
    lookUp.answer = new CacheLookUp.Answer.OwnedBy("w2");
    check(find, locked, biology, "", 404, LOCALHOST, TOKEN);
    lookUp.answer = new CacheLookUp.Answer.Moving();
    check(find, locked, biology, "", 503, LOCALHOST, TOKEN);
    check(locked, find, 400, LOCALHOST, TOKEN);
    check(locked, find, 401, LOCALHOST);
    check(unlocked, find, 403, LOCALHOST, "Origin: http://attacker.example");
    check(unlocked, find, 421, "Host: attacker.example");
  }

  private void checkDeadLetters() throws Exception {
    String list = "GET /api/dead-letters";
    String redrive = "POST /api/dead-letters/redrive";
    String job = "GET /api/dead-letters/redrive/{id}";
    check(locked, list, 200, LOCALHOST, TOKEN);
    check(list, locked, list + "?limit=0", "", 400, LOCALHOST, TOKEN);
    check(locked, redrive, 200, LOCALHOST, TOKEN);
    check(redrive, locked, redrive, "{", 400, LOCALHOST, TOKEN, "Content-Length: 1");
    check(locked, redrive, 413, LOCALHOST, TOKEN, "Content-Length: 70000");

    CountDownLatch mayEnd = new CountDownLatch(1);
    deadLetters.runner =
        (wanted, progress) -> {
          mayEnd.await();
          throw new IllegalStateException("odd");
        };
    String body = "{\"id\": \"j\"}";
    check(redrive, locked, redrive, body, 202, LOCALHOST, TOKEN, "Content-Length: 11");
    check(locked, redrive, 409, LOCALHOST, TOKEN);
    check(job, locked, job.replace("{id}", "j"), "", 200, LOCALHOST, TOKEN);
    mayEnd.countDown();
    await().until(() -> deadLetters.jobs().running().isEmpty());
    check(job, locked, job.replace("{id}", "j"), "", 200, LOCALHOST, TOKEN);
    check(locked, redrive, 503, LOCALHOST, TOKEN);
    check(locked, job, 404, LOCALHOST, TOKEN);
    deadLetters.available = false;
    check(locked, list, 503, LOCALHOST, TOKEN);
    check(locked, job, 503, LOCALHOST, TOKEN);

    for (String operation : List.of(list, redrive, job)) {
      check(locked, operation, 401, LOCALHOST);
      check(unlocked, operation, 403, LOCALHOST, "Origin: http://attacker.example");
      check(unlocked, operation, 421, "Host: attacker.example");
    }
  }

  private void checkLogLevels() throws IOException {
    String change = "POST /api/log-level";
    String body = "{\"logger\": \"dev.explanations.x\", \"level\": \"info\"}";
    String length = "Content-Length: " + body.length();
    check(change, locked, change, body, 200, LOCALHOST, TOKEN, length);
    check(locked, change, 400, LOCALHOST, TOKEN);
    check(locked, change, 401, LOCALHOST);
    check(locked, change, 413, LOCALHOST, TOKEN, "Content-Length: 70000");
    check(unlocked, change, 403, LOCALHOST, "Origin: http://attacker.example");
    check(unlocked, change, 421, "Host: attacker.example");
    check(locked, "GET /api/log-level", 200, LOCALHOST);
  }

  /** All operations that need the token. */
  private void checkTooMany() throws IOException {
    for (int i = 0; i < 100; i++) {
      TestServers.call(locked, "POST /", List.of(LOCALHOST));
    }
    for (String operation : operations()) {
      if (operation(operation).has("security")) {
        check(locked, operation, 429, LOCALHOST, TOKEN + "x");
      }
    }
  }

  @Test
  void health_isAsDescribed_whateverIsWrong() throws Exception {
    breakers.put("google_ai", State.HALF_OPEN);
    breakers.open("google_ai:b");
    trouble = Optional.of(new ModelHealth.Trouble(ErrorCode.QUOTA_EXHAUSTED, "429"));
    stream = () -> Streams.view("RUNNING", 2, 7L, true);
    check(locked, "GET /api/health", 200, LOCALHOST);

    IllegalStateException failure = new IllegalStateException("odd");
    cache =
        () -> {
          throw failure;
        };
    stream =
        () -> {
          throw failure;
        };
    breakers.fail(failure);
    trouble = Optional.of(new ModelHealth.Trouble(ErrorCode.MISCONFIGURED, "403"));
    check(locked, "GET /api/health", 503, LOCALHOST);
    check(locked, "GET /ready", 503, LOCALHOST);
  }

  @Test
  void tokens_areForCommands_deadLetters_andSettings() {
    for (String operation : operations()) {
      List<JsonNode> security = new ArrayList<>();
      operation(operation).path("security").forEach(security::add);

      assertThat(security.stream().anyMatch(it -> it.has("controlToken")))
          .as(operation)
          .isEqualTo(
              !operation.startsWith("GET ")
                  || operation.startsWith("GET /api/dead-letters")
                  || operation.equals("GET /api/cache/entry")
                  || operation.equals("GET /api/metrics"));
      assertThat(security.stream().anyMatch(it -> it.has("readToken")))
          .as("%s with the token that only reads", operation)
          .isEqualTo(!security.isEmpty() && operation.startsWith("GET "));
    }
  }

  @Test
  void examples_areValid() {
    List<JsonNode> contents = api.findParents("example");

    assertThat(contents).hasSizeGreaterThan(3);
    for (JsonNode content : contents) {
      JsonNode example = content.path("example");
      assertThat(errors(content.path("schema"), example)).as(example.toString()).isEmpty();
    }
  }

  @Test
  void components_existAndAreUsed() {
    Set<String> references = new TreeSet<>(api.findValuesAsText("$ref"));
    Set<String> components = new TreeSet<>();
    for (String kind : List.of("parameters", "responses", "schemas")) {
      for (Map.Entry<String, JsonNode> component : api.path("components").path(kind).properties()) {
        components.add("#/components/" + kind + "/" + component.getKey());
      }
    }

    assertThat(references).isEqualTo(components);
  }
}
