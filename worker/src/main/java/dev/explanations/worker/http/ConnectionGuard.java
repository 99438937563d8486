package dev.explanations.worker.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Bounds how many connections there are and how long each may take: Jetty's idle timeout begins
 * anew with each byte that drips in. Above the bound the connection goes that has been without a
 * whole request for longest, never one that has just come: a probe is answered while others hold
 * back thousands of requests. Thread-safe; waits for nothing.
 */
public final class ConnectionGuard implements Connection.Listener, HttpConfiguration.Customizer {

  public static final int MAX_CONNECTIONS = 256;

  /** From the first byte of a request to the last of its head. */
  public static final Duration MAX_HEAD = Duration.ofSeconds(10);

  /** From the end of the head to the end of the answer: commands take five seconds and a body. */
  public static final Duration MAX_EXCHANGE = Duration.ofSeconds(30);

  /** For an answer, before its connection may go to make room for another. */
  private static final Duration UNDISTURBED = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private final SparseLog drops;

  /** In the order in which they were opened. Guarded by this. */
  private final Map<Connection, State> open = new LinkedHashMap<>();

  private enum Stage {
    /** Nothing of a request has come. */
    IDLE,
    /** Some of its head. */
    HEAD,
    /** All of its head: it is being answered. */
    EXCHANGE
  }

  /**
   * @param since when the stage began
   * @param bytesIn received before it
   */
  private record State(Stage stage, long since, long bytesIn) {}

  ConnectionGuard(LongSupplier nanoTime, SparseLog drops) {
    this.nanoTime = nanoTime;
    this.drops = drops;
  }

  @Override
  public void onOpened(Connection connection) {
    Optional<Connection> victim;
    synchronized (this) {
      boolean full = open.size() >= MAX_CONNECTIONS;
      victim = full ? victim() : Optional.empty();
      victim.ifPresent(open::remove);
      if (full && victim.isEmpty()) {
        victim = Optional.of(connection);
      } else {
        open.put(connection, new State(Stage.IDLE, nanoTime.getAsLong(), 0));
      }
    }
    victim.ifPresent(it -> drop(it, "there were " + MAX_CONNECTIONS + " others"));
  }

  @Override
  public synchronized void onClosed(Connection connection) {
    open.remove(connection);
  }

  /** Called by Jetty when the head of a request is complete. */
  @Override
  public Request customize(Request request, HttpFields.Mutable responseHeaders) {
    Connection connection = request.getConnectionMetaData().getConnection();
    enter(connection, Stage.EXCHANGE);
    Request.addCompletionListener(request, failure -> enter(connection, Stage.IDLE));
    return request;
  }

  private synchronized void enter(Connection connection, Stage stage) {
    State next = new State(stage, nanoTime.getAsLong(), connection.getBytesIn());
    open.computeIfPresent(connection, (key, before) -> next);
  }

  /** Drops connections that have taken too long. To be called every second. */
  void check() {
    List<Connection> late = new ArrayList<>();
    synchronized (this) {
      long now = nanoTime.getAsLong();
      open.replaceAll(
          (connection, state) ->
              state.stage() == Stage.IDLE && connection.getBytesIn() > state.bytesIn()
                  ? new State(Stage.HEAD, now, state.bytesIn())
                  : state);
      open.forEach(
          (connection, state) -> {
            if (isLate(state, now)) {
              late.add(connection);
            }
          });
      late.forEach(open::remove);
    }
    late.forEach(connection -> drop(connection, "its request or its answer took too long"));
  }

  synchronized int connections() {
    return open.size();
  }

  private static boolean isLate(State state, long now) {
    return switch (state.stage()) {
      // Jetty's own idle timeout
      case IDLE -> false;
      case HEAD -> now - state.since() > MAX_HEAD.toNanos();
      case EXCHANGE -> now - state.since() > MAX_EXCHANGE.toNanos();
    };
  }

  private Optional<Connection> victim() {
    long now = nanoTime.getAsLong();
    return eldest(state -> state.stage() != Stage.EXCHANGE)
        .or(() -> eldest(state -> now - state.since() > UNDISTURBED.toNanos()));
  }

  private Optional<Connection> eldest(Predicate<State> which) {
    return open.entrySet().stream()
        .filter(entry -> which.test(entry.getValue()))
        .min(Comparator.comparingLong(entry -> entry.getValue().since()))
        .map(Map.Entry::getKey);
  }

  private void drop(Connection connection, String cause) {
    connection.getEndPoint().close();
    drops.add(cause);
  }
}
