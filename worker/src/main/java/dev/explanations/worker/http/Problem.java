package dev.explanations.worker.http;

import io.javalin.http.HttpResponseException;

/** Ends a request with a problem document. */
public final class Problem extends HttpResponseException {
  /** The detail tells the caller what is wrong with the request. */
  public Problem(int status, String detail) {
    super(status, detail);
  }
}
