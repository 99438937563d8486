package dev.explanations.lab.guarantees.promise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.guarantees.Disturbance;
import dev.explanations.lab.guarantees.Limits;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.Answered;
import dev.explanations.lab.guarantees.Observation.Requested;
import dev.explanations.lab.guarantees.ViolationLog;
import dev.explanations.lab.guarantees.WallClock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A result comes by the deadline, or by the time at which the request was seen if that is later.
 * Time in which machines were at fault does not count; each fault is prolonged by a session and the
 * silence that may follow. {@code deadline_exceeded} is not said before the deadline.
 */
final class DeadlinesKept extends ViolationLog {

  private final Duration defaultDeadline;
  private final Duration slack;
  private final long recovery;
  private final WallClock clock;
  private final Disturbance trouble = new Disturbance();
  private final Map<String, Requested> waiting = new HashMap<>();

  DeadlinesKept(Limits limits, WallClock clock) {
    this.defaultDeadline = limits.defaultDeadline();
    this.slack = limits.slack();
    this.recovery = limits.session().plus(limits.silence()).toNanos();
    this.clock = clock;
  }

  @Override
  public void saw(Observation observation) {
    trouble.saw(observation);
    switch (observation) {
      case Requested it when it.valid() -> waiting.putIfAbsent(it.requestId(), lean(it));
      case Observation.NotRequested it -> waiting.remove(it.requestId());
      case Answered it -> {
        Requested request = waiting.remove(it.requestId());
        if (request != null) {
          answered(request, it);
        }
      }
      default -> {}
    }
  }

  /** The request without its headers, which may be large. */
  private static Requested lean(Requested it) {
    return new Requested(
        it.nanos(),
        it.requestId(),
        it.question(),
        it.deadline(),
        it.failFast(),
        it.valid(),
        Map.of());
  }

  private void answered(Requested request, Answered it) {
    JsonNode body = it.body();
    Instant seen = time(body, "requestedAt");
    Instant completed = time(body, "completedAt");
    if (seen == null || completed == null) {
      broken(it.nanos(), "the result of %s has no times".formatted(it.requestId()));
      return;
    }
    Instant own = request.deadline();
    Instant deadline = own == null ? seen.plus(defaultDeadline) : own;
    if (body.path("error").asText().equals("deadline_exceeded")
        && completed.isBefore(deadline.minus(slack))) {
      broken(
          it.nanos(),
          "%s was given up for its deadline %s before it"
              .formatted(it.requestId(), Duration.between(completed, deadline)));
    }
    Instant latest = deadline.isBefore(seen) ? seen : deadline;
    long late = it.nanos() - clock.nanos(latest) - slack.toNanos();
    if (late > 0 && late > trouble.spans().within(request.nanos(), it.nanos(), recovery)) {
      broken(
          it.nanos(),
          "the result of %s, %s, came %d ms late"
              .formatted(
                  it.requestId(),
                  body.path("status").asText(),
                  (late + slack.toNanos()) / 1_000_000));
    }
  }

  private static @Nullable Instant time(JsonNode body, String field) {
    try {
      return Instant.parse(body.path(field).asText());
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
