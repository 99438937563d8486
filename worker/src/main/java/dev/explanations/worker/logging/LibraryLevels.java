package dev.explanations.worker.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Keeps libraries at INFO or above, also with another logback.xml: below it they log keys, tokens
 * and passwords. Kafka's clients hide theirs and may log at DEBUG.
 */
public final class LibraryLevels {

  private static final String WORKER = "dev.explanations";
  private static final String KAFKA = "org.apache.kafka";

  private LibraryLevels() {}

  /** Raises the levels that are too low; the worker's own and Kafka's clients keep theirs. */
  public static void confine() {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    // a level inherited from the root must survive the root's change
    for (String name : List.of(WORKER, KAFKA)) {
      Logger logger = context.getLogger(name);
      logger.setLevel(logger.getEffectiveLevel());
    }
    for (Logger logger : context.getLoggerList()) {
      Level level = logger.getLevel();
      Level lowest = lowest(logger.getName());
      if (level != null && !level.isGreaterOrEqual(lowest)) {
        logger.setLevel(lowest);
        context
            .getLogger(LibraryLevels.class)
            .warn(
                "Log level of {} is {}: below it secrets would be logged",
                logger.getName(),
                lowest);
      }
    }
  }

  private static Level lowest(String logger) {
    return isAtOrBelow(logger, WORKER)
        ? Level.TRACE
        : isAtOrBelow(logger, KAFKA) ? Level.DEBUG : Level.INFO;
  }

  private static boolean isAtOrBelow(String logger, String ancestor) {
    return logger.equals(ancestor) || logger.startsWith(ancestor + ".");
  }
}
