package dev.explanations.lab.guarantees.promise;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.lab.guarantees.Guarantee;
import dev.explanations.lab.guarantees.Limits;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.Change;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.guarantees.Observation.Order;
import dev.explanations.lab.guarantees.Violation;
import dev.explanations.lab.guarantees.WallClock;
import dev.explanations.lab.simulator.script.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells a guarantee what is to be seen. Times are seconds from the beginning, which is {@link
 * #BEGINNING} by the clock of records.
 */
final class Story {

  static final Instant BEGINNING = Instant.parse("2026-11-30T12:00:00Z");
  static final WallClock CLOCK = new WallClock(0, BEGINNING);

  /** Calls of 10 s, 4 in flight, 6 a minute, 3 attempts from 2 s on, sessions of 6 s. */
  public static final Limits LIMITS =
      new Limits(
          4,
          6,
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          3,
          2,
          Duration.ofSeconds(60),
          Duration.ofSeconds(6),
          Duration.ofSeconds(1),
          Duration.ofSeconds(20));

  private final Guarantee guarantee;
  private long offset;

  Story(Guarantee guarantee) {
    this.guarantee = guarantee;
  }

  static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }

  static Instant instant(double seconds) {
    return BEGINNING.plusNanos(nanos(seconds));
  }

  Story saw(Observation observation) {
    guarantee.saw(observation);
    return this;
  }

  Story requested(double at, String id, String question) {
    return requested(at, id, question, null, true, Map.of());
  }

  Story requested(
      double at,
      String id,
      String question,
      @Nullable Instant deadline,
      boolean valid,
      Map<String, String> headers) {
    return saw(new Observation.Requested(nanos(at), id, question, deadline, false, valid, headers));
  }

  /** A body in which nothing is said of the request's fields but its question and times. */
  static ObjectNode body(String status, double seen, double completed) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("status", status)
        .put("attempts", 1)
        .put("requestedAt", instant(seen).toString())
        .put("completedAt", instant(completed).toString());
  }

  static ObjectNode explained(String question, long call) {
    return body("explained", 0, 0)
        .put("topic", "about " + question)
        .put("subtopic", question)
        .put("explanation", "[call %d] so it is [end %d]".formatted(call, call))
        .put("source", "gemini")
        .put("model", "m")
        .put("promptVersion", "1");
  }

  static ObjectNode failed(String status, String error) {
    return body(status, 0, 0).put("error", error);
  }

  Story answered(double at, String id, ObjectNode body) {
    return answered(at, id, body, Map.of());
  }

  Story answered(double at, String id, ObjectNode body, Map<String, String> headers) {
    return saw(new Observation.Answered(nanos(at), 0, offset++, id, body, headers));
  }

  Story deadLetter(double at, String origin) {
    return saw(
        new Observation.DeadLettered(nanos(at), 0, offset++, Map.of("explanation-origin", origin)));
  }

  Story began(double at, long call, String worker, String question) {
    return saw(new Observation.CallBegan(nanos(at), call, worker, "m", question));
  }

  Story replied(double at, long call) {
    return replied(at, call, new Reply.Answer(), 200);
  }

  Story replied(double at, long call, Reply reply, int status) {
    return saw(new Observation.CallEnded(nanos(at), call, reply, status, 10, 20, true));
  }

  Story brokeOff(double at, long call) {
    return saw(new Observation.CallEnded(nanos(at), call, new Reply.Answer(), 200, 10, 20, false));
  }

  Story worker(double at, String worker, Change change) {
    return saw(new Observation.WorkerChanged(nanos(at), worker, change));
  }

  Story breaker(double at, String worker, String state) {
    return saw(new Observation.BreakerChanged(nanos(at), worker, "google_ai", state));
  }

  Story ordered(double sent, double acknowledged, Order order, String target) {
    return saw(new Observation.Ordered(nanos(acknowledged), nanos(sent), order, target));
  }

  Story fault(double from, double to, FaultKind kind) {
    saw(new Observation.FaultChanged(nanos(from), kind + "-" + from, kind, true));
    return saw(new Observation.FaultChanged(nanos(to), kind + "-" + from, kind, false));
  }

  Story progress(double at, long committed, long end) {
    return saw(new Observation.Progress(nanos(at), "requests", 3, committed, end));
  }

  Story metrics(double at, String worker, double prompt, double output) {
    return saw(
        new Observation.MetricsRead(
            nanos(at),
            worker,
            Map.of(
                "explanation_tokens_total{kind=\"prompt\"}", prompt,
                "explanation_tokens_total{kind=\"output\"}", output)));
  }

  /** Violations when nothing runs any more. */
  List<String> verdict() {
    return guarantee.judge().stream().map(Violation::what).toList();
  }
}
