package dev.explanations.lab.guarantees.promise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.ViolationLog;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Each request record gets one result, whatever crashes. No request record has two dead letters,
 * and there are at least as many dead letters as results without an explanation. A request that is
 * sent back from the dead letters gets one more result.
 */
final class EveryRequestAnsweredOnce extends ViolationLog {

  private static final String REPLAYS = "explanation-replays";
  private static final String ORIGIN = "explanation-origin";
  private static final Set<String> FORM = Set.of("invalid_request", "request_too_large");

  private final Map<String, Request> requests = new HashMap<>();
  private final Set<String> letters = new HashSet<>();
  private long unexplained;

  private static final class Request {
    int asked;
    int refused;
    int doubtful;
    int answered;
    boolean valid;
    boolean explained;

    /** How often it had been sent back when its last result came. */
    int replays;
  }

  @Override
  public void saw(Observation observation) {
    switch (observation) {
      case Observation.Requested it -> {
        Request request = request(it.requestId());
        request.asked++;
        request.valid = it.valid();
      }
      case Observation.NotRequested(_, String id, boolean certain) -> {
        Request request = request(id);
        request.refused += certain ? 1 : 0;
        request.doubtful += certain ? 0 : 1;
      }
      case Observation.Answered it -> answered(it);
      case Observation.DeadLettered it -> {
        String origin = it.headers().getOrDefault(ORIGIN, "");
        if (!letters.add(origin)) {
          broken(it.nanos(), "a second dead letter for the request record " + origin);
        }
      }
      default -> {}
    }
  }

  private Request request(String id) {
    return requests.computeIfAbsent(id, _ -> new Request());
  }

  private void answered(Observation.Answered it) {
    JsonNode body = it.body();
    String id = it.requestId();
    Request request = request(id);
    boolean explained = body.path("status").asText().equals("explained");
    String error = body.path("error").asText();
    unexplained += explained ? 0 : 1;
    int replays = replays(it.headers());
    String place = "%d/%d".formatted(it.partition(), it.offset());
    if (replays > 0) {
      if (request.asked == 1 && replays <= request.replays) {
        broken(it.nanos(), "request %s sent back has a second result, %s".formatted(id, place));
      } else if (request.asked == 1 && request.explained) {
        broken(it.nanos(), "request %s was explained, and again at %s".formatted(id, place));
      }
      request.replays = Math.max(replays, request.replays);
    } else if (request.answered == 0 || !error.equals("request_too_large")) {
      // a request_too_large result does not tell whether its request was sent back
      request.answered++;
      if (request.asked > 0 && request.answered > request.asked) {
        broken(it.nanos(), "request %s has a further result at %s".formatted(id, place));
      }
    }
    request.explained |= explained;
    if (request.asked == 1 && request.valid && FORM.contains(error)) {
      broken(it.nanos(), "request %s is valid, and was answered %s".formatted(id, error));
    } else if (request.asked == 1 && !request.valid && !FORM.contains(error)) {
      broken(it.nanos(), "request %s is invalid, and was not answered so".formatted(id));
    }
  }

  private static int replays(Map<String, String> headers) {
    String text = headers.getOrDefault(REPLAYS, "");
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
  }

  @Override
  protected void end() {
    long now = System.nanoTime();
    requests.forEach(
        (id, request) -> {
          int certain = request.asked - request.refused;
          if (request.asked == 0 && request.answered > 0) {
            broken(now, "a result for %s, which nobody requested".formatted(id));
          } else if (request.answered < certain - request.doubtful) {
            broken(now, "request %s has no result".formatted(id));
          } else if (request.answered > certain && request.answered <= request.asked) {
            broken(now, "request %s has a result though it was taken back".formatted(id));
          }
        });
    if (letters.size() < unexplained) {
      broken(
          now,
          "%d results without an explanation, but only %d dead letters"
              .formatted(unexplained, letters.size()));
    }
  }
}
