package dev.explanations.worker.explanation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Result of a call or look-up. */
public sealed interface Outcome {

  /** Tokens billed for this call, as far as Gemini reported them, whatever the outcome. */
  default Usage usage() {
    return Usage.NONE;
  }

  /** A complete answer. */
  record Explained(Explanation explanation) implements Outcome {
    @Override
    public Usage usage() {
      return explanation.usage();
    }
  }

  /** The shared cache had the explanation: no call was made. */
  record Found(Explanation explanation) implements Outcome {}

  /** A call that brought no explanation. */
  sealed interface Failed extends Outcome {
    ErrorCode code();

    /** For people: what the other side said, without secrets, at most 500 characters. */
    String message();
  }

  /**
   * A failure that says nothing about the question. The request waits until the gate admits calls,
   * and no attempt is counted.
   */
  sealed interface HeldUp extends Failed {}

  /**
   * Gemini asks for patience; says nothing about its health.
   *
   * @param code {@code RATE_LIMITED} or {@code QUOTA_EXHAUSTED}
   * @param retryAfter Gemini's own delay; {@code null} when it gave none
   */
  record Throttled(ErrorCode code, String message, @Nullable Duration retryAfter)
      implements HeldUp {}

  /** 5xx, timeout, connection, or an incomplete answer: another attempt may succeed. */
  record Unavailable(ErrorCode code, String message, Usage usage) implements Failed {
    public Unavailable(ErrorCode code, String message) {
      this(code, message, Usage.NONE);
    }
  }

  /**
   * The other side had closed a connection that was idle. Says nothing of Gemini's health; the call
   * may have been billed. The dispatcher repeats the call once. If the second call loses its
   * connection too, the task reads this outcome.
   */
  record ConnectionLost(String message) implements Failed {
    @Override
    public ErrorCode code() {
      return ErrorCode.MODEL_UNAVAILABLE;
    }
  }

  /**
   * An answer that is no explanation, and was billed: cut off (MAX_TOKENS) or withheld for what it
   * recites. One more attempt, then the end.
   *
   * @param code {@code INCOMPLETE_ANSWER} or {@code CONTENT_BLOCKED}
   */
  record Unusable(ErrorCode code, String message, Usage usage) implements Failed {
    public Unusable(ErrorCode code, String message) {
      this(code, message, Usage.NONE);
    }
  }

  /** The key or the model is wrong: only a person can mend it. */
  record Misconfigured(ErrorCode code, String message) implements HeldUp {}

  /** This request will never be answered: blocked, or refused by Gemini's own validation. */
  record Rejected(ErrorCode code, String message, Usage usage) implements Failed {
    public Rejected(ErrorCode code, String message) {
      this(code, message, Usage.NONE);
    }
  }
}
