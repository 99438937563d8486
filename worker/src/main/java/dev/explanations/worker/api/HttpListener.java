package dev.explanations.worker.api;

import java.time.Duration;

/** Hears of the requests that the HTTP server has answered, on many threads. */
@FunctionalInterface
public interface HttpListener {

  /**
   * @param method {@code other} where no route was found, since anybody may make one up
   * @param route the path as it was declared, its parameters unfilled; {@code none} where none was
   *     found
   */
  void answered(String method, String route, int status, Duration took);
}
