package dev.explanations.worker.http;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** A connector whose connections a {@link ConnectionGuard} bounds. */
public final class GuardedConnector extends ServerConnector {

  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

  private final SparseLog drops = new SparseLog("HTTP connection dropped", InstantSource.system());
  private final ConnectionGuard guard;

  public GuardedConnector(
      Server server, HttpConfiguration http, String host, int port, LongSupplier nanoTime) {
    super(server, new HttpConnectionFactory(http));
    this.guard = new ConnectionGuard(nanoTime, drops);
    http.addCustomizer(guard);
    setHost(host);
    setPort(port);
    setIdleTimeout(IDLE_TIMEOUT.toMillis());
    addBean(guard);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    scheduleCheck();
  }

  private void scheduleCheck() {
    getScheduler().schedule(this::check, CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void check() {
    if (isRunning()) {
      try {
        guard.check();
      } finally {
        scheduleCheck();
      }
    }
  }

  /** Waits for a second like Jetty's own method, but without its stack trace for each failure. */
  @Override
  protected boolean handleAcceptFailure(@Nullable Throwable failure) {
    if (!isRunning()) {
      return false;
    }
    if (failure instanceof InterruptedException) {
      return true;
    }
    drops.add("the process has no file descriptor left for it, or the system refused it");
    try {
      Thread.sleep(Duration.ofSeconds(1));
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
