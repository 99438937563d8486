package dev.explanations.worker.contract.request;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.worker.explanation.ExplanationRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * Reads the question of a request from texts by field name, with the rules and defaults of a
 * request. Thread-safe.
 */
public final class QuestionReader {

  /** Fields of a request that make its question. */
  public static final Set<String> FIELDS =
      Set.of("topic", "subtopic", "detail", "education", "language");

  private final RequestDecoder decoder = new RequestDecoder();

  /**
   * Reads a question.
   *
   * @param texts none but {@link #FIELDS}
   * @return a request of which only those fields count
   * @throws IllegalArgumentException that names each field that is missing or not valid
   */
  public ExplanationRequest read(Map<String, String> texts) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    texts.forEach(json::put);
    json.put("requestId", "none");
    return switch (decoder.decode(null, json.toString().getBytes(StandardCharsets.UTF_8))) {
      case Decoded.Invalid invalid -> throw new IllegalArgumentException(invalid.detail() + ".");
      case Decoded.Valid(var request) -> request;
    };
  }
}
