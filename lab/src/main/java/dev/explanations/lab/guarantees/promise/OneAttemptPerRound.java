package dev.explanations.lab.guarantees.promise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.guarantees.Disturbance;
import dev.explanations.lab.guarantees.Limits;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.Answered;
import dev.explanations.lab.guarantees.Observation.BreakerChanged;
import dev.explanations.lab.guarantees.Observation.CallBegan;
import dev.explanations.lab.guarantees.Observation.CallEnded;
import dev.explanations.lab.guarantees.Observation.Requested;
import dev.explanations.lab.guarantees.Observation.WorkerChanged;
import dev.explanations.lab.guarantees.Spans;
import dev.explanations.lab.guarantees.ViolationLog;
import dev.explanations.lab.guarantees.WallClock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A failed call is an attempt of every request that waits for its question, and no request has more
 * than {@code RETRY_MAX_ATTEMPTS}. Retries keep the backoff.
 *
 * <p>Judged are calls that Gemini answered with a 5xx, if no machine was at fault and every breaker
 * was closed from the arrival of the request until the call's end: then the request waited in the
 * queue, and nothing kept the failure from being counted.
 *
 * <p>A backoff is drawn evenly from zero to {@code RETRY_BACKOFF} or more, so at most a tenth of
 * the retries comes within a tenth of it. First retries of all questions are judged together:
 * chance alone makes more than half of them so early less than once in a million runs.
 */
final class OneAttemptPerRound extends ViolationLog {

  private static final int FEWEST = 20;

  private final Limits limits;
  private final long slack;
  private final WallClock clock;
  private final Disturbance trouble = new Disturbance();
  private final Spans notClosed = new Spans();
  private final Map<Long, CallBegan> running = new LinkedHashMap<>();
  private final Map<String, Question> questions = new HashMap<>();
  private final Map<String, String> asked = new HashMap<>();
  private int retries;
  private int early;

  /** A question that at least one request waits for. */
  private static final class Question {
    final Map<String, Long> waiting = new LinkedHashMap<>();
    final List<Failure> failures = new ArrayList<>();
    @Nullable Failure first;

    /** When the call after the first failure began; 0 before that. */
    long second;

    boolean sampled;
  }

  private record Failure(CallBegan call, long ended) {}

  OneAttemptPerRound(Limits limits, WallClock clock) {
    this.limits = limits;
    this.slack = limits.slack().toNanos();
    this.clock = clock;
  }

  @Override
  public void saw(Observation observation) {
    trouble.saw(observation);
    switch (observation) {
      case Requested it when it.valid() -> {
        asked.put(it.requestId(), it.question());
        questions
            .computeIfAbsent(it.question(), _ -> new Question())
            .waiting
            .put(it.requestId(), it.nanos());
      }
      case Observation.NotRequested it -> leave(it.requestId());
      case BreakerChanged it -> changed(it);
      case WorkerChanged it -> changed(it);
      case CallBegan it -> began(it);
      case CallEnded it -> ended(it);
      case Answered it -> answered(it);
      default -> {}
    }
  }

  private void changed(BreakerChanged it) {
    String name = it.worker() + " " + it.breaker();
    if (it.state().equals("CLOSED")) {
      notClosed.end(name, it.nanos());
    } else {
      notClosed.begin(name, it.nanos());
    }
  }

  /** The next process of a worker has a name of its own, and begins with closed breakers. */
  private void changed(WorkerChanged it) {
    switch (it.change()) {
      case KILLED, DIED, STOPPED -> notClosed.endAll(it.worker() + " ", it.nanos());
      case STARTED, READY, STOPPING, SUSPENDED, RESUMED, CUT, RECONNECTED -> {}
    }
  }

  private void began(CallBegan it) {
    running.put(it.call(), it);
    // calls that hang for ever never end
    long old = it.nanos() - limits.callTimeout().toNanos() - slack;
    while (running.values().iterator().next().nanos() < old) {
      running.remove(running.keySet().iterator().next());
    }
    Question question = questions.get(it.question());
    if (question != null && question.first != null && question.second == 0) {
      question.second = it.nanos();
    }
  }

  private void ended(CallEnded it) {
    CallBegan began = running.remove(it.call());
    if (began == null || !it.delivered() || it.status() < 500) {
      return;
    }
    boolean inTime = it.nanos() - began.nanos() < limits.callTimeout().toNanos() - slack;
    Question question = inTime ? questions.get(began.question()) : null;
    if (question != null) {
      Failure failure = new Failure(began, it.nanos());
      question.failures.add(failure);
      if (question.first == null && question.failures.size() == 1) {
        question.first = failure;
      }
    }
  }

  private void answered(Answered it) {
    JsonNode body = it.body();
    int attempts = body.path("attempts").asInt();
    if (attempts > limits.maxAttempts()) {
      broken(
          it.nanos(),
          "%s had %d attempts: %d are allowed"
              .formatted(it.requestId(), attempts, limits.maxAttempts()));
    }
    Question question = questions.get(asked.getOrDefault(it.requestId(), ""));
    Long sent = question == null ? null : question.waiting.get(it.requestId());
    if (question != null && sent != null) {
      long joined = Math.max(sent, seen(body)) + slack;
      List<Failure> own =
          question.failures.stream()
              .filter(each -> each.call.nanos() > joined && each.ended + slack < it.nanos())
              .filter(each -> isCalm(sent, each.ended + slack))
              .toList();
      if (own.size() > failed(body, attempts, isCalm(sent, it.nanos()))) {
        broken(
            it.nanos(),
            "%s waited for %s while calls %s failed, and counts %d attempts%s"
                .formatted(
                    it.requestId(),
                    own.getFirst().call.question(),
                    own.stream().map(each -> each.call.call()).toList(),
                    attempts,
                    body.path("source").asText().isEmpty() ? "" : " with its answer"));
      }
      sample(question, joined, it.nanos());
    }
    leave(it.requestId());
  }

  /**
   * How many of the attempts failed: the last one did not if a call brought the explanation.
   *
   * @param calm whether what is coalesced comes from the call that it waited for, and not from the
   *     shared cache, where a call of another owner had put it
   */
  private static int failed(JsonNode body, int attempts, boolean calm) {
    String source = body.path("source").asText();
    boolean called = source.equals("gemini") || (source.equals("coalesced") && calm);
    return called ? attempts - 1 : attempts;
  }

  private boolean isCalm(long from, long to) {
    long session = limits.session().toNanos();
    return !trouble.spans().touch(from, to, session) && !notClosed.touch(from, to, slack);
  }

  /** Counts the first retry of a question if this request waited for it and for the call before. */
  private void sample(Question question, long joined, long answered) {
    Failure first = question.first;
    if (first != null
        && !question.sampled
        && question.second > 0
        && joined < first.call.nanos()
        && question.second + slack < answered
        && isCalm(joined - slack, question.second)) {
      question.sampled = true;
      retries++;
      if (question.second - first.ended < limits.retryBackoff().toNanos() / 10) {
        early++;
      }
    }
  }

  /**
   * When the worker saw the request, by its clock; the distant past if the result does not tell.
   */
  private long seen(JsonNode body) {
    try {
      return clock.nanos(Instant.parse(body.path("requestedAt").asText()));
    } catch (DateTimeException | ArithmeticException e) {
      return Long.MIN_VALUE / 2;
    }
  }

  private void leave(String requestId) {
    String name = asked.remove(requestId);
    Question question = name == null ? null : questions.get(name);
    if (question == null) {
      return;
    }
    question.waiting.remove(requestId);
    if (question.waiting.isEmpty()) {
      questions.remove(name);
    } else {
      long oldest = question.waiting.values().iterator().next();
      question.failures.removeIf(each -> each.call.nanos() < oldest);
    }
  }

  @Override
  protected void end() {
    if (retries >= FEWEST && early > retries / 2) {
      broken(
          System.nanoTime(),
          "%d of %d first retries came within a tenth of the backoff".formatted(early, retries));
    }
  }
}
