package dev.explanations.lab.warm;

import dev.explanations.worker.contract.request.Decoded;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.CacheKey;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.policy.PromptFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /**
   * Reads requests, one JSON object a line.
   *
   * @param model the worker's model, part of the cache key
   */
  public static WarmUpRequests read(BufferedReader reader, String model) throws IOException {
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
            requests.putIfAbsent(
                CacheKey.of(request, model, PromptFile.DEFAULT_VERSION).value(), line);
        case Decoded.Invalid invalid -> refused.add("line " + number + ": " + invalid.detail());
      }
    }
    return new WarmUpRequests(lines, requests, refused);
  }
}
