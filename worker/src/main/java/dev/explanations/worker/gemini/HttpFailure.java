package dev.explanations.worker.gemini;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An answer of another status than 2xx, as it came. The SDK's own exceptions carry neither headers
 * nor the body.
 */
final class HttpFailure extends IOException {

  private final int status;
  private final transient @Nullable String retryAfter;
  private final transient String body;

  HttpFailure(int status, @Nullable String retryAfter, String body) {
    super("HTTP status " + status);
    this.status = status;
    this.retryAfter = retryAfter;
    this.body = body;
  }

  int status() {
    return status;
  }

  /** The header of that name. */
  @Nullable String retryAfter() {
    return retryAfter;
  }

  String body() {
    return body;
  }
}
