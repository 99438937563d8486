package dev.explanations.lab.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class TermsTest {

  @Test
  void usual_addsNothing() {
    assertThat(Terms.USUAL.json()).isEmpty();
  }

  @Test
  void json_addsFieldsToARequest() throws Exception {
    String fields = new Terms(true, Terms.within(Duration.ofMinutes(2)).deadline()).json();

    JsonNode request = new ObjectMapper().readTree("{\"requestId\":\"r\"" + fields + "}");
    assertThat(request.path("onUnavailable").asText()).isEqualTo("fail");
    assertThat(Instant.parse(request.path("deadline").asText()))
        .isCloseTo(Instant.now().plusSeconds(120), within(10, ChronoUnit.SECONDS));
  }

  @Test
  void until_isTheSameForAll() {
    Terms terms = Terms.until(Instant.parse("2026-11-24T20:31:51.962380Z"));

    assertThat(terms.json()).isEqualTo(",\"deadline\":\"2026-11-24T20:31:51.962Z\"");
  }
}
