package dev.explanations.worker.ops;

import io.javalin.http.HttpResponseException;

/** Ends a request with a problem document. */
final class Problem extends HttpResponseException {
  /**
   * @param detail for the caller to read: what is wrong with this request
   */
  Problem(int status, String detail) {
    super(status, detail);
  }
}
