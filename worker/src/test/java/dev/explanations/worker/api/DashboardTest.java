package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.worker.deadletters.DeadLetter;
import dev.explanations.worker.deadletters.DeadLetters;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.http.Problem;
import dev.explanations.worker.metrics.OutageScene;
import dev.explanations.worker.metrics.SampleSpending;
import dev.explanations.worker.metrics.TestMetrics;
import dev.explanations.worker.redrive.RedriveJobs;
import dev.explanations.worker.settings.Secret;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a browser; skipped where there is no Chromium on the path. */
class DashboardTest {
  private static final String TOKEN = "s3cret";
  private static final String MARKUP = "<b onclick=\"x()\">Leaves</b><img src=x onerror=alert(1)>";
  private static Chromium browser;

  private final MemoryBreakers breakers = new MemoryBreakers("google_ai");
  private final GrowingMetrics metrics = new GrowingMetrics();
  @AutoClose private final OpsServer server = server(0);

  private OpsServer server(int port) {
    return TestServers.of(
        TestServers.http("127.0.0.1", port, new Secret(TOKEN)),
        breakers,
        new MemoryControl(breakers),
        new StrangeLetters(),
        metrics);
  }

  /** With more requests each time, and any figures of money. */
  private final class GrowingMetrics implements MetricsService {
    private static final String VERSIONS =
        """
        [{"version": "1", "role": "current", "share": 0.8, "calls": 1010, "explained": 950,
          "unusable": 50, "failed": 10, "tokens": {"total": 285000}, "estimated_cost": {"amount": 0.38},
          "latency_seconds": {"p50": 0.42, "p95": 0.9}},
         {"version": "class-4-0a1b2c3d", "role": "candidate", "share": 0.2, "calls": 250, "explained": 200,
          "unusable": 0, "failed": 50, "tokens": {"total": 50000}, "estimated_cost": null,
          "latency_seconds": {"p50": 0.31, "p95": 1.2}}]
        """;

    private final MetricsService fixed = TestMetrics.service(breakers);
    private final AtomicLong received = new AtomicLong(1_000_000);
    private volatile @Nullable Fields spending;

    @Override
    public Fields json() {
      ObjectNode json = new ObjectMapper().valueToTree(fixed.json());
      ObjectNode requests = (ObjectNode) json.path("requests");
      requests.put("received", received.addAndGet(7));
      requests.put("explained", 900).put("unavailable", 60).put("rejected", 40);
      ObjectNode calls = (ObjectNode) json.path("calls");
      ((ObjectNode) calls.path("estimated_cost")).put("amount", 0.5);
      calls.put("unknown", 2).set("by_prompt", parse(VERSIONS));
      ((ObjectNode) json.at("/cache/state_store")).put("saved_usd", 0.3);
      ((ObjectNode) json.at("/cache/redis")).put("saved_usd", 0.2);
      Fields spent = spending;
      if (spent != null) {
        json.set("spending", new ObjectMapper().valueToTree(spent));
      }
      return new ObjectMapper().convertValue(json, Fields.class);
    }

    private static JsonNode parse(String json) {
      try {
        return new ObjectMapper().readTree(json);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public String prometheus() {
      return fixed.prometheus();
    }

    @Override
    public Fields history() {
      return fixed.history();
    }
  }

  /** A dead letter whose text would be markup, were it not taken for text. */
  private static final class StrangeLetters implements DeadLetterService {
    @Override
    public DeadLetters newest(int limit, @Nullable ErrorCode reason) {
      DeadLetter letter =
          new DeadLetter(
              0,
              3,
              Instant.EPOCH,
              null,
              "r-1",
              "Plants",
              MARKUP,
              "invalid_request",
              MARKUP,
              "requests/0/5",
              Instant.EPOCH,
              1,
              0,
              false,
              60,
              MARKUP);
      return new DeadLetters(List.of(letter), Map.of(0, 1L), true);
    }

    @Override
    public RedriveJobs jobs() {
      throw new Problem(503, "Kafka failed: TimeoutException.");
    }
  }

  @BeforeAll
  static void startBrowser(@TempDir Path profile) throws Exception {
    Optional<Path> executable = Chromium.find();
    assumeTrue(executable.isPresent(), "no Chromium on the path: the page is not tried out");
    browser = new Chromium(executable.get(), profile);
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    server.start();
    resize(1280, false);
    browser.open("http://127.0.0.1:" + server.port() + "/");
    awaitText("#connection", "Live");
  }

  private static void resize(int width, boolean mobile) {
    resize(width, 800, mobile);
  }

  private static void resize(int width, int height, boolean mobile) {
    browser.command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
  }

  private static String text(String selector) {
    return browser.evaluate(
        "document.querySelector('%s')?.textContent ?? 'nothing'".formatted(selector));
  }

  private static void awaitText(String selector, String part) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(text(selector)).contains(part));
  }

  private static String level() {
    return browser.evaluate("document.getElementById('verdict').dataset.level");
  }

  private static void click(String selector) {
    browser.evaluate("document.querySelector('%s').click()".formatted(selector));
  }

  private static void type(String selector, String text) {
    browser.evaluate("document.querySelector('%s').focus()".formatted(selector));
    browser.evaluate("document.querySelector('%s').select()".formatted(selector));
    browser.command("Input.insertText", Map.of("text", text));
  }

  private static void press(String key) {
    Map<String, Object> event = Map.of("type", "keyDown", "key", key, "code", key, "text", "\r");
    browser.command("Input.dispatchKeyEvent", event);
  }

  @Test
  void page_tellsTheHealth_andFollowsTheBreaker() {
    awaitText("#verdict-title", "Healthy");
    assertThat(level()).isEqualTo("ok");
    assertThat(browser.evaluate("document.title")).contains("Healthy");
    assertThat(gate()).isEqualTo("closed");

    breakers.put("google_ai", State.OPEN);
    awaitText("#reasons", "The circuit breaker google_ai is open.");
    assertThat(level()).isEqualTo("warn");
    awaitGate("open");
    assertThat(text("#announcement")).contains("Degraded", "google_ai is open");

    breakers.put("google_ai", State.CLOSED);
    awaitText("#verdict-title", "Healthy");
    awaitGate("closed");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void numbers_moveByThemselves_inThePictureAndInTheTable() {
    awaitText("#flow", "1M");
    String before = text("#flow-table");
    awaitText("#summary", "/s in");
    await().untilAsserted(() -> assertThat(text("#flow-table")).isNotEqualTo(before));
    awaitText("#workers", "w1 (this one)");
    awaitText("#chart-throughput .legend", "requests 0/s");
    assertThat(text("#settings")).contains("control token").doesNotContain("GOOGLE_API_KEY");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void money_isShownAgainstTheBudget() {
    metrics.spending = SampleSpending.json("20", "25");
    awaitText("#budgets", "20.00 USD 80 % of 25.00 USD");
    assertThat(text("#budgets")).contains("300.07 USD 75 % of 400.00 USD");
    assertThat(budgets()).isEqualTo("warn,ok");
    assertThat(text("#money-notes"))
        .contains("3 calls today and 41 this month were cut off", "the dearest call seen, 0.0013")
        .contains("12 calls this month were to a model that has no price");

    metrics.spending = SampleSpending.json("25", "25");
    awaitText("#budgets", "Used up");
    assertThat(budgets()).isEqualTo("bad,ok");

    metrics.spending = SampleSpending.json("25", null);
    awaitText("#budgets", "no limit");
    assertThat(browser.complaints()).isEmpty();
  }

  private static String budgets() {
    return browser.evaluate(
        "[...document.querySelectorAll('.budget')].map((it) => it.dataset.level).join()");
  }

  @Test
  void cost_isShownByTheRequest_withWhatTheCacheSaved() {
    // half a dollar for 1,000 results, and as much saved
    awaitText("#costs", "Cost per 1,000 requestsat least 0.50 USD");
    awaitText("#costs", "Saved by the cache0.50 USD (50 %)");
    awaitText("#costs", "by Redis0.20 USD");
    awaitText("#chart-cost .legend", "USD per hour 0.00");
  }

  @Test
  void prompts_areSideBySide() {
    awaitText("#prompts thead", "1 (current)class-4-0a1b2c3d (candidate)");
    assertThat(text("#prompts tbody"))
        .contains("Share80 %20 %", "Unusable500", "of all answers5 %0 %", "Failed1050")
        .contains("Tokens per answer300250", "0.0004 USDno price known", "420 ms310 ms");
  }

  /** The figures behind it are a second old at most, health is of now. */
  private static void awaitGate(String state) {
    await().untilAsserted(() -> assertThat(gate()).isEqualTo(state));
  }

  private static String gate() {
    return browser.evaluate("document.querySelector('.gate').dataset.state");
  }

  @Test
  void reset_needsTheRightToken_andIsAskedForFirst() {
    breakers.put("google_ai", State.OPEN);
    awaitText("#reasons", "google_ai is open");

    click("#reasons button");
    assertThat(text("#dialog-title")).isEqualTo("Reset google_ai?");
    assertThat(breakers.state("google_ai")).isEqualTo(State.OPEN);
    type("#field-token", "wrong");
    click("#dialog-confirm");
    awaitText("#dialog-result", "The token was refused");
    assertThat(breakers.state("google_ai")).isEqualTo(State.OPEN);

    type("#field-token", TOKEN);
    press("Enter");
    awaitText("#dialog-result", "reset successfully");
    assertThat(breakers.state("google_ai")).isEqualTo(State.CLOSED);
    awaitText("#verdict-title", "Healthy");
    assertThat(browser.evaluate("location.href + document.cookie + localStorage.length"))
        .doesNotContain(TOKEN)
        .endsWith("/0");
    assertThat(browser.evaluate("document.documentElement.outerHTML")).doesNotContain(TOKEN);
    browser.evaluate("sessionStorage.clear()");
  }

  @Test
  void deadLetters_areShownWithTheToken_asText() {
    awaitText("#letters-hint", "with the control token");
    click("#letters-button");
    awaitText("#letters-hint", "401");

    click("#token-button");
    type("#field-token", TOKEN);
    click("#dialog-confirm");
    awaitText("#letters", MARKUP);
    awaitText("#settings", "GOOGLE_API_KEY");
    assertThat(browser.evaluate("document.querySelectorAll('#letters :is(b, img)').length"))
        .isEqualTo("0");
    assertThat(browser.complaints()).isEmpty();
    browser.evaluate("sessionStorage.clear()");
  }

  @Test
  void lostConnection_isSaid_andComesBackByItself() throws IOException {
    int port = server.port();
    awaitText("#verdict-title", "Healthy");
    server.close();

    awaitText("#verdict-title", "No connection to the worker");
    awaitText("#connection", "old; trying again");
    try (OpsServer next = server(port)) {
      next.start();

      awaitText("#verdict-title", "Healthy");
      awaitText("#connection", "Live");
    }
  }

  @Test
  void phone_showsEverythingInItsWidth() {
    resize(360, true);

    awaitText("#verdict-title", "Healthy");
    awaitColumn();
    assertThat(browser.evaluate("document.documentElement.scrollWidth <= 360")).isEqualTo("true");
  }

  private static void awaitColumn() {
    String layout = "document.querySelector('.flow svg').classList[0]";
    await().until(() -> browser.evaluate(layout).equals("column"));
  }

  @Test
  void whatCanBeUsed_hasANameAndIsReachedByKeyboard() {
    String nameless =
        """
        [...document.querySelectorAll('button, input, select, a, summary, [tabindex="0"], [role="img"]')]
          .filter((it) => it.checkVisibility() && !(it.getAttribute('aria-label')
            || it.textContent.trim() || document.querySelector(`label[for="${it.id}"]`)))
          .map((it) => it.outerHTML).join()
        """;
    assertThat(browser.evaluate(nameless)).isEmpty();
    click("[data-command=\"invalidate\"]");
    assertThat(browser.evaluate(nameless)).isEmpty();
    assertThat(browser.evaluate("document.activeElement.id")).isEqualTo("field-topic");
    assertThat(
            browser.evaluate(
                "[...document.querySelectorAll('[tabindex]')].every((it) => it.tabIndex < 1)"))
        .isEqualTo("true");
    click("#dialog-cancel");
  }

  /** Takes the pictures of the documents, into {@code target}, on demand also for the documents. */
  @Test
  void pictures_showAnOutage_inTheColoursAskedFor() throws Exception {
    try (OutageScene scene = new OutageScene();
        OpsServer troubled = TestServers.of(scene)) {
      troubled.start();
      resize(1320, 1084, false);
      browser.open("http://127.0.0.1:" + troubled.port() + "/");
      awaitText("#reasons", "The circuit breaker google_ai is open.");
      awaitGate("open");
      await()
          .untilAsserted(() -> assertThat(text("#summary")).matches("[1-9].*/s in, .* waiting.*"));

      Color light = Screenshot.take(browser, "light", "dashboard-light.png", 1320, 1084);
      Color dark = Screenshot.take(browser, "dark", "dashboard-dark.png", 1320, 1084);
      resize(1320, 400, false);
      browser.evaluate(
          "document.getElementById('money-title').closest('section').scrollIntoView()");
      Screenshot.take(browser, "light", "dashboard-money.png", 1320, 400);
      browser.evaluate("scrollTo(0, 0)");
      resize(390, 1310, true);
      awaitColumn();
      Screenshot.take(browser, "light", "dashboard-phone.png", 390, 1310);

      assertThat(light.getGreen()).isGreaterThan(200);
      assertThat(dark.getGreen()).isLessThan(50);
      assertThat(browser.complaints()).isEmpty();
    } finally {
      browser.prefer("prefers-color-scheme", "light");
    }
  }
}
