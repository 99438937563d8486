package dev.explanations.worker.gemini;

import java.io.IOException;

/** The other side had closed the connection before the request came, as far as can be told. */
final class ClosedWhileIdle extends IOException {

  ClosedWhileIdle(IOException cause) {
    super("the connection was closed while it was idle", cause);
  }
}
