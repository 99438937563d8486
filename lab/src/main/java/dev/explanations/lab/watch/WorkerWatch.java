package dev.explanations.lab.watch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Looks at a worker's circuit breaker and health, four times a second, on a thread of its own. A
 * state that lasts for less may be missed. Thread-safe.
 */
public final class WorkerWatch implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofMillis(250);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final String NO_ANSWER = "";

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final HttpRequest breakers;
  private final HttpRequest health;
  private final Consumer<Change> listener;
  private final Poller poller;
  private final List<Change> changes = new ArrayList<>();
  private Sighting latest = Sighting.NOTHING;

  private WorkerWatch(int httpPort, Consumer<Change> listener) {
    this.breakers = get(httpPort, "/api/circuit-breaker");
    this.health = get(httpPort, "/api/health");
    this.listener = listener;
    this.poller = Poller.start("worker-watch", INTERVAL, this::look);
  }

  /**
   * Begins to look at the worker on that port, whether it answers already or not.
   *
   * @param listener hears of changes on the watch's thread; the first tells what is seen at first
   */
  public static WorkerWatch start(int httpPort, Consumer<Change> listener) {
    return new WorkerWatch(httpPort, listener);
  }

  public synchronized Sighting latest() {
    return latest;
  }

  public synchronized ChangeHistory history() {
    return new ChangeHistory(changes);
  }

  /**
   * Waits until the breaker is seen in that state.
   *
   * @return whether it was in time
   */
  public boolean awaitBreaker(BreakerState state, Duration atMost) throws InterruptedException {
    return await(seen -> seen.breaker() == state, atMost);
  }

  /** The same for the worker's health. */
  public boolean awaitHealth(String health, Duration atMost) throws InterruptedException {
    return await(seen -> seen.health().equals(health), atMost);
  }

  private synchronized boolean await(Predicate<Sighting> wanted, Duration atMost)
      throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!wanted.test(latest)) {
      long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      if (millis <= 0) {
        return false;
      }
      wait(millis);
    }
    return true;
  }

  @Override
  public void close() {
    poller.close();
    client.shutdownNow();
  }

  private void look() throws InterruptedException {
    Sighting now = Sighting.of(body(breakers), body(health));
    Change change;
    synchronized (this) {
      change = new Change(System.nanoTime(), latest, now);
      latest = now;
      notifyAll();
      if (!change.ofBreaker() && !change.ofHealth()) {
        return;
      }
      changes.add(change);
    }
    listener.accept(change);
  }

  private String body(HttpRequest request) throws InterruptedException {
    try {
      return client.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return NO_ANSWER;
    }
  }

  private static HttpRequest get(int httpPort, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
        .timeout(TIMEOUT)
        .build();
  }
}
