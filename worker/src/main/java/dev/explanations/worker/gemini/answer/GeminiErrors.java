package dev.explanations.worker.gemini.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.auth.Retryable;
import com.google.genai.errors.ApiException;
import com.google.genai.errors.GenAiIOException;
import dev.explanations.worker.contract.Words;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome.ConnectionLost;
import dev.explanations.worker.explanation.Outcome.Failed;
import dev.explanations.worker.explanation.Outcome.Misconfigured;
import dev.explanations.worker.explanation.Outcome.Rejected;
import dev.explanations.worker.explanation.Outcome.Throttled;
import dev.explanations.worker.explanation.Outcome.Unavailable;
import dev.explanations.worker.explanation.Outcome.Unusable;
import dev.explanations.worker.explanation.Usage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells a failed call's outcome. The clock is for dates in {@code Retry-After}. Thread-safe. */
public record GeminiErrors(Redaction redaction, InstantSource clock) {

  /** Daily quotas are given back once a day, so asking every hour costs little patience. */
  static final Duration USED_UP_DELAY = Duration.ofHours(1);

  /** No quota of Gemini lasts longer than a day; a longer delay is Gemini's mistake. */
  static final Duration MAX_DELAY = Duration.ofHours(24);

  /** Longest quota id shown; Gemini's have about 60 characters. */
  static final int MAX_QUOTA_ID = 100;

  /** OkHttp's words for a 407 of a proxy, on CONNECT and for a call, and for other 4xx of it. */
  private static final Pattern PROXY_REFUSES =
      Pattern.compile(
          "authenticate with proxy|HTTP_PROXY_AUTH|response code for CONNECT: 4"
              + "|SOCKS ?:? authentication failed");

  /** Answer with a status other than 2xx. The SDK's exceptions carry neither headers nor body. */
  public static final class HttpFailure extends IOException {
    private final int status;
    private final transient @Nullable String retryAfter;
    private final transient String body;

    public HttpFailure(int status, @Nullable String retryAfter, String body) {
      super("HTTP status " + status);
      this.status = status;
      this.retryAfter = retryAfter;
      this.body = body;
    }
  }

  /** The other side had, as far as can be told, closed the connection before the request came. */
  public static final class ClosedWhileIdle extends IOException {
    public ClosedWhileIdle(IOException cause) {
      super("the connection was closed while it was idle", cause);
    }
  }

  /** Outcome of a call in which the SDK threw. */
  public Failed of(RuntimeException thrown) {
    // all causes: a timeout while reading an error's body wraps the HttpFailure
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpFailure http) {
        return of(http.status, http.retryAfter, http.body);
      }
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case JsonProcessingException _ -> {
          return incomplete("the answer is not JSON");
        }
        case Retryable refused when !refused.isRetryable() -> {
          return misconfigured("no access token: " + cause.getMessage());
        }
        case InterruptedIOException late -> {
          return new Unavailable(
              ErrorCode.MODEL_TIMEOUT,
              redaction.message("no complete answer in time: " + late.getMessage()));
        }
        case ClosedWhileIdle closed -> {
          return new ConnectionLost(
              redaction.message(closed.getMessage() + ": " + closed.getCause()));
        }
        case IOException io when PROXY_REFUSES.matcher(String.valueOf(io.getMessage())).find() -> {
          return misconfigured("the proxy refuses: " + io.getMessage());
        }
        case IOException io -> {
          return unavailable(io.getClass().getSimpleName() + ": " + io.getMessage());
        }
        default -> {}
      }
    }
    return switch (thrown) {
      case ApiException api -> of(api.code(), null, "");
      case GenAiIOException io -> unavailable(String.valueOf(io.getMessage()));
      // the SDK lets casts and look-ups fail on answers of another shape than it expects
      default -> incomplete("unusable answer: " + thrown.getClass().getSimpleName());
    };
  }

  /** Outcome of an HTTP status other than 2xx. */
  Failed of(int status, @Nullable String retryAfter, String body) {
    ErrorBody error = ErrorBody.of(body);
    String message = describe(status, error);
    return switch (status) {
      case 429 -> throttled(error, retryAfter, message);
      // no field of a request can be at fault for these, and mending them must lose nothing
      case 401, 402, 403, 404, 405, 407 -> misconfigured(message);
      case 400 -> SettingsAtFault.in(error, body) ? misconfigured(message) : rejected(message);
      case 413, 414, 422, 431 -> rejected(message);
      // a redirect: the base URL is not Gemini's
      default -> status < 400 ? misconfigured(message) : unavailable(message);
    };
  }

  /** The quota comes before the message, which may be long enough to be cut. */
  private String describe(int status, ErrorBody error) {
    String name = error.status().isEmpty() ? "" : " " + error.status();
    String id = Words.shortened(redaction.message(error.quotaId()), MAX_QUOTA_ID);
    String quota = id.isEmpty() ? "" : " (quota " + id + ")";
    String message = error.message().isEmpty() ? "" : ": " + error.message();
    return status + name + quota + message;
  }

  private Throttled throttled(ErrorBody error, @Nullable String retryAfter, String message) {
    if (error.isQuotaUsedUp()) {
      // RetryInfo is then about some other quota: 3 s were seen with one of a day
      return new Throttled(ErrorCode.QUOTA_EXHAUSTED, redaction.message(message), USED_UP_DELAY);
    }
    Duration delay = error.retryDelay();
    if (delay == null) {
      delay = header(retryAfter);
    }
    if (delay == null) {
      delay = error.retryDelayInWords();
    }
    if (delay != null && delay.compareTo(MAX_DELAY) > 0) {
      delay = MAX_DELAY;
    }
    return new Throttled(ErrorCode.RATE_LIMITED, redaction.message(message), delay);
  }

  /** Seconds or an HTTP date; {@code null} when neither, or in the past. */
  private @Nullable Duration header(@Nullable String retryAfter) {
    if (retryAfter == null) {
      return null;
    }
    String text = retryAfter.strip();
    try {
      if (text.matches("\\d{1,9}")) {
        return Duration.ofSeconds(Long.parseLong(text));
      }
      ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration delay = Duration.between(clock.instant(), date.toInstant());
      return delay.isPositive() ? delay : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private Misconfigured misconfigured(String message) {
    return new Misconfigured(ErrorCode.MISCONFIGURED, redaction.message(message));
  }

  private Rejected rejected(String message) {
    return new Rejected(ErrorCode.MODEL_REJECTED, redaction.message(message));
  }

  public Unavailable unavailable(String message) {
    return new Unavailable(ErrorCode.MODEL_UNAVAILABLE, redaction.message(message));
  }

  Unavailable incomplete(String message) {
    return incomplete(message, Usage.NONE);
  }

  /** Outcome of an answer that is no explanation but was billed. */
  Unavailable incomplete(String message, Usage usage) {
    return new Unavailable(ErrorCode.INCOMPLETE_ANSWER, redaction.message(message), usage);
  }

  /** Cut off: the same call would probably end in the same way. */
  Unusable cutOff(String message, Usage usage) {
    return new Unusable(ErrorCode.INCOMPLETE_ANSWER, redaction.message(message), usage);
  }

  /** Withheld for what this answer recites; another may be let through. */
  Unusable recited(String message, Usage usage) {
    return new Unusable(ErrorCode.CONTENT_BLOCKED, redaction.message(message), usage);
  }

  Rejected blocked(String message, Usage usage) {
    return new Rejected(ErrorCode.CONTENT_BLOCKED, redaction.message(message), usage);
  }
}
