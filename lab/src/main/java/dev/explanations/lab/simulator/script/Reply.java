package dev.explanations.lab.simulator.script;

import java.time.Duration;
import java.util.Locale;

/** Response to a call, sent when its latency has passed. */
public sealed interface Reply {

  /**
   * A complete explanation that contains the subtopic; equal prompts get equal texts.
   *
   * @param atLeast characters; a shorter one is about eighty words
   */
  record Answer(int atLeast) implements Reply {
    public Answer() {
      this(0);
    }
  }

  /** 429 with a RetryInfo of that delay. */
  record Throttled(Duration retryDelay) implements Reply {}

  /** An answer whose second half comes that much later than the first. */
  record SlowBody(Duration pause) implements Reply {}

  /** No byte, ever: the connection stays open until the simulator closes. */
  record Hang() implements Reply {}

  /** The connection is reset without a response. */
  record Reset() implements Reply {}

  /** Replies without parameters, by their HTTP status. */
  enum Canned implements Reply {
    INVALID_ARGUMENT(400),
    /** A 400, not a 401: this is how the Developer API refuses a key. */
    INVALID_KEY(400),
    UNAUTHENTICATED(401),
    FORBIDDEN(403),
    MODEL_NOT_FOUND(404),
    /** The quota of the day: no RetryInfo, and waiting for seconds is no use. */
    DAILY_QUOTA(429),
    THROTTLED_WITHOUT_BODY(429),
    INTERNAL(500),
    /** HTML, as a proxy in between would send it. */
    BAD_GATEWAY(502),
    OVERLOADED(503),
    GATEWAY_TIMEOUT(504),
    EMPTY_OBJECT(200),
    EMPTY_BODY(200),
    NO_CANDIDATES(200),
    /** Complete as HTTP, cut as JSON. */
    TRUNCATED_JSON(200),
    BLOCKED_PROMPT(200),
    SAFETY(200),
    /** The text stops in the middle. */
    MAX_TOKENS(200),
    /** All tokens went into thinking: there is no text. */
    MAX_TOKENS_IN_THINKING(200);

    private final int status;

    Canned(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }

    /** The name used on the command line and in JSON, for instance {@code bad_gateway}. */
    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
