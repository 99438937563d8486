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
 * Bounds the number of connections and the duration of each exchange. Jetty's idle timeout does
 * not: it begins anew with each byte that drips in. At the bound a new connection displaces the one
 * that has been without a complete request for longest, so probes are answered while slow clients
 * hold thousands of connections. Thread-safe; never waits.
 */
public final class ConnectionGuard implements Connection.Listener, HttpConfiguration.Customizer {

  public static final int MAX_CONNECTIONS = 256;

  /** Limit from the first byte of a request to the last of its head. */
  public static final Duration MAX_HEAD = Duration.ofSeconds(10);

  /** Limit from the end of the head to the end of the answer; commands take five seconds. */
  public static final Duration MAX_EXCHANGE = Duration.ofSeconds(30);

  /** An exchange is displaced only after this time, and only if no connection is without one. */
  private static final Duration UNDISTURBED = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private final SparseLog drops;

  /** Oldest first. Guarded by this. */
  private final Map<Connection, State> open = new LinkedHashMap<>();

  private enum Stage {
    /** Nothing of a request has arrived. */
    IDLE,
    /** A part of its head has arrived. */
    HEAD,
    /** Its head is complete, and it is being answered. */
    EXCHANGE
  }

  /**
   * @param since when the stage began
   * @param bytesIn bytes received before the stage
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

  /** Drops connections that have taken too long. Called every second. */
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
      // bounded by Jetty's idle timeout
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
