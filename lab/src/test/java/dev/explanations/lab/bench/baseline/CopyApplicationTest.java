package dev.explanations.lab.bench.baseline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class CopyApplicationTest {

  @Test
  void result_namesItsRequest_andHasTheSize() throws Exception {
    byte[] result = CopyApplication.result("b-17".getBytes(UTF_8), 1_000);

    assertThat(result).hasSize(1_000);
    assertThat(new ObjectMapper().readTree(result).path("requestId").asText()).isEqualTo("b-17");
  }
}
