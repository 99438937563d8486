package dev.explanations.lab.submit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestLineTest {

  @Test
  void read_keepsEveryLineAsItIs_andSkipsBlankOnes() {
    List<RequestLine> lines =
        RequestLine.read(
                new BufferedReader(
                    new StringReader(
                        "{\"requestId\": \"a\" }\n\n{\"topic\": 1}\nnot JSON\n{\"requestId\": 7}")))
            .toList();

    assertThat(lines)
        .containsExactly(
            new RequestLine("a", "{\"requestId\": \"a\" }"),
            new RequestLine(null, "{\"topic\": 1}"),
            new RequestLine(null, "not JSON"),
            new RequestLine(null, "{\"requestId\": 7}"));
  }

  @Test
  void sample_has573Requests_of251Explanations() throws Exception {
    ObjectMapper json = new ObjectMapper();
    Set<String> ids = new HashSet<>();
    Set<String> explanations = new HashSet<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    RequestLineTest.class.getResourceAsStream("/textbook-requests.jsonl")),
                StandardCharsets.UTF_8))) {
      for (RequestLine line : RequestLine.read(reader).toList()) {
        ids.add(line.requestId());
        ObjectNode request = (ObjectNode) json.readTree(line.json());
        request.remove("requestId");
        explanations.add(request.toString());
      }
    }
    assertThat(ids).hasSize(573);
    assertThat(explanations).hasSize(251);
  }
}
