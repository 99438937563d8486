package dev.explanations.lab.warm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.worker.contract.request.Decoded;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.ExplanationRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Requests of a file, one for each explanation.
 *
 * @param lines number of lines that are not blank
 * @param requests the first line for each explanation, by cache key
 * @param refused why lines are no valid requests, one entry each
 */
public record WarmUpRequests(int lines, Map<String, String> requests, List<String> refused) {

  /** Id for lines without a {@code requestId}: nobody waits for their results, so any will do. */
  private static final byte[] ANY_ID = "warm-up".getBytes(StandardCharsets.UTF_8);

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads requests, one JSON object a line.
   *
   * @param keyOf cache key of a request, by the worker's model and prompt
   * @param maxAge {@code maxAgeSeconds} of every request; {@code null} leaves them as they are
   */
  public static WarmUpRequests read(
      BufferedReader reader, Function<ExplanationRequest, String> keyOf, @Nullable Duration maxAge)
      throws IOException {
    RequestDecoder decoder = new RequestDecoder();
    Map<String, String> requests = new LinkedHashMap<>();
    List<String> refused = new ArrayList<>();
    int lines = 0;
    int number = 0;
    for (@Nullable String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      lines++;
      switch (decoder.decode(ANY_ID, line.getBytes(StandardCharsets.UTF_8))) {
        case Decoded.Valid(ExplanationRequest request) ->
            requests.putIfAbsent(keyOf.apply(request), maxAge == null ? line : with(maxAge, line));
        case Decoded.Invalid invalid -> refused.add("line " + number + ": " + invalid.detail());
      }
    }
    return new WarmUpRequests(lines, requests, refused);
  }

  private static String with(Duration maxAge, String line) throws IOException {
    ObjectNode request = (ObjectNode) JSON.readTree(line);
    return request.put("maxAgeSeconds", maxAge.toSeconds()).toString();
  }
}
