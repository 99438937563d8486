package dev.explanations.worker.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Changes log levels of this process for a while, then restores them. Thread-safe. */
public final class LogLevels implements AutoCloseable {

  private static final org.slf4j.Logger log = LoggerFactory.getLogger(LogLevels.class);

  /** At DEBUG other libraries log keys, tokens and passwords. */
  private static final Pattern LOGGER =
      Pattern.compile("(?=.{1,200}$)(dev\\.explanations|org\\.apache\\.kafka)(\\.[A-Za-z0-9_$]+)*");

  private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug");
  private static final Set<String> OWN_LEVELS = Set.of("error", "warn", "info", "debug", "trace");
  private static final int MAX_CHANGES = 50;

  private final InstantSource clock;
  private final SortedMap<String, Changed> changes = new TreeMap<>();
  private final ScheduledThreadPoolExecutor timer;

  /** A changed logger, its level, and when that ends. */
  public record Change(String logger, String level, Instant until) {}

  private record Changed(@Nullable Level usual, Change change, ScheduledFuture<?> end) {}

  public LogLevels(InstantSource clock) {
    this.clock = clock;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("log-levels").factory());
    timer.setRemoveOnCancelPolicy(true);
    // no thread while nothing is changed
    timer.setKeepAliveTime(1, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  /** Changes in force, by logger name. */
  public synchronized List<Change> changes() {
    return changes.values().stream().map(Changed::change).toList();
  }

  /**
   * Gives a logger, and those below it, a level for a while.
   *
   * @param level {@code error}, {@code warn}, {@code info}, {@code debug} or, for the worker's own,
   *     {@code trace}, in any case
   * @return why it is not allowed; empty if it has been done
   */
  public synchronized Optional<String> change(String name, String level, Duration time) {
    if (!LOGGER.matcher(name).matches()) {
      return Optional.of(
          "logger must be dev.explanations or org.apache.kafka, or one below: others log secrets.");
    }
    boolean own = name.startsWith("dev.explanations");
    if (!(own ? OWN_LEVELS : LEVELS).contains(level.toLowerCase(Locale.ROOT))) {
      return Optional.of(
          "level must be error, warn, info, debug%s or null.".formatted(own ? ", trace" : ""));
    }
    if (changes.size() >= MAX_CHANGES && !changes.containsKey(name)) {
      return Optional.of("Too many loggers are changed already.");
    }
    restore(name);
    Logger logger = logger(name);
    Level usual = logger.getLevel();
    logger.setLevel(Level.toLevel(level));
    Change change = new Change(name, level.toUpperCase(Locale.ROOT), clock.instant().plus(time));
    changes.put(
        name,
        new Changed(
            usual,
            change,
            timer.schedule(() -> end(name), time.toMillis(), TimeUnit.MILLISECONDS)));
    log.info("Log level of {} is {} until {}", name, change.level(), change.until());
    return Optional.empty();
  }

  private synchronized void end(String name) {
    if (restore(name)) {
      log.info("Log level of {} is as usual again", name);
    }
  }

  /**
   * Gives a logger its usual level back.
   *
   * @return whether it had another one
   */
  public synchronized boolean restore(String name) {
    Changed changed = changes.remove(name);
    if (changed == null) {
      return false;
    }
    changed.end().cancel(false);
    logger(name).setLevel(changed.usual());
    return true;
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }

  /** Restores everything. */
  @Override
  public synchronized void close() {
    List.copyOf(changes.keySet()).forEach(this::restore);
    timer.shutdownNow();
  }
}
