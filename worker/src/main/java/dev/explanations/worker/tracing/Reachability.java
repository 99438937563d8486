package dev.explanations.worker.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the worker's log when the collector is lost and when it is back. The library would write to
 * the standard error, again and again.
 */
final class Reachability {

  private static final Logger log = LoggerFactory.getLogger(Reachability.class);

  /** Held here, since the platform forgets the levels of loggers that nobody holds. */
  private static final java.util.logging.Logger LIBRARY =
      java.util.logging.Logger.getLogger("io.opentelemetry");

  private final String what;
  private final String where;
  private final AtomicBoolean failing = new AtomicBoolean();

  /**
   * @param what is sent, in the plural and at a sentence's beginning
   */
  Reachability(String what, String where) {
    this.what = what;
    this.where = where;
    LIBRARY.setLevel(Level.OFF);
  }

  CompletableResultCode watched(CompletableResultCode result) {
    return result.whenComplete(() -> report(!result.isSuccess()));
  }

  private void report(boolean failed) {
    if (failing.getAndSet(failed) != failed) {
      if (failed) {
        log.warn("{} cannot be sent to {} and are dropped", what, where);
      } else {
        log.info("{} are sent to {} again", what, where);
      }
    }
  }
}
