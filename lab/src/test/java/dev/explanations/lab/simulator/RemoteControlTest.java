package dev.explanations.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.simulator.script.Behaviour;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteControlTest {

  private static final Pattern RETRY_DELAY = Pattern.compile("\"retryDelay\":\"([0-9.]+)s\"");

  private final GeminiSimulator simulator = GeminiSimulator.start(Behaviour.answer(Duration.ZERO));
  private final SimulatorClient client = new SimulatorClient(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void stats_tellWhatWasSeen_untilDeleted() throws Exception {
    client.ask("one");
    client.ask("one");

    JsonNode stats = client.json(client.send("GET", "/stats", ""));
    assertThat(stats.path("calls").asInt()).isEqualTo(2);
    assertThat(stats.path("repeatedCalls").asInt()).isEqualTo(1);
    assertThat(stats.path("distinctPrompts").asInt()).isEqualTo(1);
    assertThat(stats.at("/byStatus/200").asInt()).isEqualTo(2);
    assertThat(stats.path("byModel").path(SimulatorClient.MODEL).asInt()).isEqualTo(2);

    assertThat(client.json(client.send("DELETE", "/stats", "")).path("calls").asInt()).isZero();
  }

  @Test
  void behave_changesAllCalls_untilDeleted() throws Exception {
    assertThat(client.send("POST", "/behave", "{\"reply\": \"throttled\", \"delay\": \"7s\"}"))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(200);
    assertThat(client.ask("one").body()).contains("\"retryDelay\":\"7s\"");

    client.send("DELETE", "/behave", "");
    assertThat(client.ask("one").statusCode()).isEqualTo(200);
  }

  @Test
  void behave_addsARule_forSomeCalls() throws Exception {
    client.send(
        "POST",
        "/behave",
        "{\"reply\": \"overloaded\", \"promptContains\": \"bad\", \"calls\": 1}");
    client.send("POST", "/behave", "{\"reply\": \"bad_gateway\", \"model\": \"m\"}");

    assertThat(client.ask("good").statusCode()).isEqualTo(200);
    assertThat(client.ask("bad").statusCode()).isEqualTo(503);
    assertThat(client.ask("bad").statusCode()).isEqualTo(200);
    assertThat(client.askAt("/v1beta/models/m:generateContent", "k").statusCode()).isEqualTo(502);
  }

  @Test
  void quota_admitsSoMany_andThrottlesTheRest() throws Exception {
    client.send("POST", "/behave", "{\"quota\": 2}");
    long begin = System.nanoTime();

    assertThat(client.ask("one").statusCode()).isEqualTo(200);
    assertThat(client.ask("two").statusCode()).isEqualTo(200);
    HttpResponse<String> third = client.ask("three");
    assertThat(third.statusCode()).isEqualTo(429);
    Matcher delay = RETRY_DELAY.matcher(third.body());
    assertThat(delay.find()).as(third.body()).isTrue();
    // the rest of the minute that began with the first
    double elapsed = (System.nanoTime() - begin) / 1e9;
    assertThat(Double.parseDouble(delay.group(1))).isBetween(60 - elapsed, 60.0);
  }

  @Test
  void scenario_isPlayed_andShownByStats_untilDeleted() throws Exception {
    client.send(
        "POST",
        "/scenario",
        "{\"name\": \"mine\", \"phases\": [{\"name\": \"down\", \"duration\": \"1h\", \"reply\":"
            + " \"overloaded\"}]}");

    assertThat(client.ask("one").statusCode()).isEqualTo(503);
    JsonNode stats = client.json(client.send("GET", "/stats", ""));
    assertThat(stats.at("/scenario/name").asText()).isEqualTo("mine");
    assertThat(stats.at("/scenario/phase").asText()).isEqualTo("down");
    assertThat(stats.at("/scenario/sinceMillis").asLong()).isBetween(0L, 3_600_000L);
    assertThat(stats.at("/scenario/lastsMillis").asLong()).isEqualTo(3_600_000);
    assertThat(stats.at("/byPhase/down").asInt()).isEqualTo(1);

    client.send("DELETE", "/scenario", "");
    assertThat(client.ask("one").statusCode()).isEqualTo(200);
    assertThat(client.json(client.send("GET", "/stats", "")).has("scenario")).isFalse();
  }

  @Test
  void scenario_isBuiltIn_whenThereIsOnlyAName() throws Exception {
    client.send("POST", "/scenario", "{\"name\": \"flapping\"}");

    JsonNode stats = client.json(client.send("GET", "/stats", ""));
    assertThat(stats.at("/scenario/phase").asText()).isEqualTo("up");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"name\": \"nonsense\"}",
        "{\"phases\": []}",
        "{\"phases\": [{\"reply\": \"nonsense\"}]}",
        "{\"phases\": [{}, {}]}",
        "{\"phases\": [{}], \"repeat\": true}",
        "{\"phases\": [{\"duration\": \"soon\"}]}",
        "{\"phases\": [{\"duration\": \"0s\"}]}",
        "not JSON",
        "",
      })
  void scenario_refusesNonsense(String body) throws Exception {
    HttpResponse<String> response = client.send("POST", "/scenario", body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(client.json(response).path("error").asText()).isNotEmpty();
    assertThat(client.ask("one").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"reply\": \"nonsense\"}",
        "{\"latency\": \"soon\"}",
        "{\"calls\": 0}",
        "{\"quota\": 0}",
        "not JSON",
      })
  void behave_refusesNonsense(String body) throws Exception {
    HttpResponse<String> response = client.send("POST", "/behave", body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(client.json(response).path("error").asText()).isNotEmpty();
    assertThat(client.ask("one").statusCode()).isEqualTo(200);
  }
}
