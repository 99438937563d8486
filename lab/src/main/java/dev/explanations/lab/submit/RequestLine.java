package dev.explanations.lab.submit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request as a line of JSON, published as it is, valid or not.
 *
 * @param requestId {@code null} when the line has none; nobody can wait for its result then
 */
public record RequestLine(@Nullable String requestId, String json) {

  /** The lines that are not blank, read as the stream is consumed. */
  public static Stream<RequestLine> read(BufferedReader reader) {
    ObjectMapper mapper = new ObjectMapper();
    return reader.lines().filter(line -> !line.isBlank()).map(line -> parse(mapper, line));
  }

  private static RequestLine parse(ObjectMapper mapper, String line) {
    try {
      JsonNode id = mapper.readTree(line).path("requestId");
      return new RequestLine(id.isTextual() ? id.asText() : null, line);
    } catch (JsonProcessingException e) {
      return new RequestLine(null, line);
    }
  }
}
