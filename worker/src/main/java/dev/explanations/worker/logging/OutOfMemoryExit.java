package dev.explanations.worker.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Ends the process as soon as an OutOfMemoryError is logged, with the code of {@code
 * -XX:+ExitOnOutOfMemoryError}. {@code jvm.options} sets that flag; {@code java -jar} cannot:
 * neither the manifest nor a running JVM takes it (it is not manageable). A worker that goes on may
 * have lost a thread, a lock or half a request. Worker and libraries log such errors where they
 * catch them; uncaught ones are logged, too.
 */
public final class OutOfMemoryExit extends TurboFilter {

  /** Exit code of the JVM's own flag. */
  public static final int EXIT_CODE = 3;

  private static final int MAX_CAUSES = 20;

  private OutOfMemoryExit() {}

  /** From now on, for all loggers, whatever their level. */
  public static void install() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.addTurboFilter(new OutOfMemoryExit());
    }
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] parameters,
      @Nullable Throwable thrown) {
    boolean lastIs =
        parameters != null
            && parameters.length > 0
            && parameters[parameters.length - 1] instanceof Throwable last
            && isOutOfMemory(last);
    if (lastIs || isOutOfMemory(thrown)) {
      try {
        System.err.println("OutOfMemoryError: the worker ends, exit code " + EXIT_CODE);
      } finally {
        // no shutdown hooks: they would need memory, and might wait for a lock that is lost
        Runtime.getRuntime().halt(EXIT_CODE);
      }
    }
    return FilterReply.NEUTRAL;
  }

  private static boolean isOutOfMemory(@Nullable Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (cause instanceof OutOfMemoryError) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
