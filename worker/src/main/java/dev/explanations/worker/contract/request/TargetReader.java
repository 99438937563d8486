package dev.explanations.worker.contract.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.worker.contract.peer.Command.Kind;
import dev.explanations.worker.contract.peer.Command.Target;
import dev.explanations.worker.explanation.FoldedHashes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads what is to be invalidated: the fields of a request that name its explanation, or its topic
 * alone, in any spelling. Thread-safe. Strict, since a field that is misspelt would widen it.
 */
public final class TargetReader {

  private static final List<String> FIELDS =
      List.of("topic", "subtopic", "detail", "education", "language");
  private static final String DEMAND =
      "There must be topic alone, or all of " + String.join(", ", FIELDS);

  private final RequestDecoder decoder = new RequestDecoder();

  /**
   * Reads a body.
   *
   * @throws IllegalArgumentException that says in a sentence what is wrong
   */
  public Target read(byte[] body) {
    ObjectNode json = object(body);
    Set<String> given = new TreeSet<>();
    json.fieldNames().forEachRemaining(given::add);
    boolean topicAlone = given.equals(Set.of("topic"));
    if (!topicAlone && !given.equals(Set.copyOf(FIELDS))) {
      throw new IllegalArgumentException(DEMAND + ", and nothing else.");
    }
    if (json.valueStream().anyMatch(value -> value.isNull())) {
      throw new IllegalArgumentException(DEMAND + ", and none may be null.");
    }
    // what makes a request of it
    json.put("requestId", "none");
    if (topicAlone) {
      json.put("subtopic", "none");
    }
    return switch (decoder.decode(null, json.toString().getBytes(StandardCharsets.UTF_8))) {
      case Decoded.Invalid invalid -> throw new IllegalArgumentException(invalid.detail() + ".");
      case Decoded.Valid(var request) ->
          topicAlone
              ? new Target(Kind.TOPIC, FoldedHashes.ofTopic(request.topic()))
              : new Target(Kind.EXPLANATION, FoldedHashes.ofQuestion(request));
    };
  }

  private static ObjectNode object(byte[] body) {
    try {
      if (RequestText.parse(body, null, name -> true) instanceof ObjectNode object) {
        return object;
      }
    } catch (RequestText.Malformed e) {
      throw new IllegalArgumentException("The body is " + e.getMessage() + ".", e);
    }
    throw new IllegalArgumentException("The body must be a JSON object.");
  }
}
