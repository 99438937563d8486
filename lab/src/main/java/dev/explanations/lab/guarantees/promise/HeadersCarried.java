package dev.explanations.lab.guarantees.promise;

import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.ViolationLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A result has its request's headers. A {@code request_too_large} result may lack them: they may
 * have made the request too large.
 */
final class HeadersCarried extends ViolationLog {

  private final Map<String, List<Map<String, String>>> waiting = new HashMap<>();

  @Override
  public void saw(Observation observation) {
    switch (observation) {
      case Observation.Requested it -> {
        if (!it.headers().isEmpty()) {
          waiting.computeIfAbsent(it.requestId(), _ -> new ArrayList<>(1)).add(it.headers());
        }
      }
      case Observation.Answered it -> answered(it);
      default -> {}
    }
  }

  private void answered(Observation.Answered it) {
    List<Map<String, String>> asked = waiting.get(it.requestId());
    if (asked == null) {
      return;
    }
    boolean tooLarge = it.body().path("error").asText().equals("request_too_large");
    Map<String, String> match =
        asked.stream()
            .filter(headers -> tooLarge || it.headers().entrySet().containsAll(headers.entrySet()))
            .findFirst()
            .orElse(null);
    if (match == null) {
      Map<String, String> missing = new HashMap<>(asked.getFirst());
      missing.entrySet().removeAll(it.headers().entrySet());
      broken(
          it.nanos(),
          "the result of %s lacks the headers %s".formatted(it.requestId(), missing.keySet()));
    }
    asked.remove(match == null ? asked.getFirst() : match);
    if (asked.isEmpty()) {
      waiting.remove(it.requestId());
    }
  }
}
