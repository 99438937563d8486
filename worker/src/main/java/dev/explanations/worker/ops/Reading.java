package dev.explanations.worker.ops;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;

/** Endpoints that are only read. */
final class Reading {
  private Reading() {}

  /**
   * Answers GET, and HEAD in the same way but for the body. By itself Javalin answers 200 to HEAD
   * wherever there is a GET, and does not ask it: not for the token either.
   */
  static void add(RoutesConfig routes, String path, Handler handler) {
    routes.get(path, handler);
    routes.head(path, handler);
  }
}
