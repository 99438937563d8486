package dev.explanations.worker.http;

import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.TokenFile;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that HTTP callers may bring, kept up to date with their files. The files are polled:
 * Kubernetes swaps a symbolic link of a directory above them, which no watch on the file notices.
 * Thread-safe.
 */
public final class CallerTokens implements AutoCloseable {
  /** Bounds how long a new token is unknown; a look costs two small reads. */
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final @Nullable RotatingToken control;
  private final @Nullable RotatingToken read;
  private final List<TokenWatch> watches = new ArrayList<>();
  private @Nullable ScheduledExecutorService timer;

  /** What the bearer of a token may do. */
  enum Right {
    NONE,
    READ,
    COMMAND
  }

  public CallerTokens(Settings.Http settings, InstantSource clock) {
    this.control = token(settings.controlToken(), clock);
    this.read = token(settings.readToken(), clock);
    watch(settings.controlToken(), control, read);
    watch(settings.readToken(), read, control);
  }

  private static @Nullable RotatingToken token(
      Settings.@Nullable Token token, InstantSource clock) {
    return token == null ? null : new RotatingToken(token.secret(), clock);
  }

  private void watch(
      Settings.@Nullable Token setting,
      @Nullable RotatingToken token,
      @Nullable RotatingToken other) {
    TokenFile file = setting == null ? null : setting.file();
    if (file != null && token != null) {
      watches.add(new TokenWatch(file, token, other));
    }
  }

  /** Begins to watch the files, if there are any. */
  public synchronized void start() {
    if (watches.isEmpty() || timer != null) {
      return;
    }
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("token-watch").daemon().factory());
    var _ =
        timer.scheduleWithFixedDelay(
            this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Reads the files once. */
  void look() {
    watches.forEach(TokenWatch::look);
  }

  /** Whether commands need a token. */
  boolean required() {
    return control != null;
  }

  Right of(String token) {
    byte[] digest = RotatingToken.digest(token);
    boolean commands = control != null && control.matches(digest);
    boolean reads = read != null && read.matches(digest);
    return commands ? Right.COMMAND : reads ? Right.READ : Right.NONE;
  }

  @Override
  public synchronized void close() {
    if (timer != null) {
      timer.shutdownNow();
    }
  }
}
