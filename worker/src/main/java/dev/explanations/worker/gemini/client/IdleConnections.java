package dev.explanations.worker.gemini.client;

import dev.explanations.worker.gemini.answer.GeminiErrors.ClosedWhileIdle;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/**
 * Keeps connections that the other side closes while they are idle from failing calls. Proxies
 * close them after 5 s and more, and OkHttp looks whether one is still open after 10 s. So none is
 * used again after 4 s. A failure is a {@link ClosedWhileIdle}, not Gemini's, if the connection was
 * idle and failed at once. Thread-safe.
 */
final class IdleConnections extends EventListener implements Interceptor {

  /** Below the 5 s of Node.js, the shortest that is common. */
  private static final Duration MAX_IDLE = Duration.ofSeconds(4);

  /** A connection that was in use a moment ago was not closed for being idle. */
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** A reset comes within a round trip; a request that is worked on takes longer to fail. */
  private static final Duration AT_ONCE = Duration.ofMillis(250);

  private final ConnectionPool pool;

  /** {@link System#nanoTime} of the last use, by connection. */
  private final Map<Connection, Long> used = Collections.synchronizedMap(new WeakHashMap<>());

  private IdleConnections(ConnectionPool pool) {
    this.pool = pool;
  }

  /** Keeps {@code max} connections at most. */
  static void install(int max, OkHttpClient.Builder client) {
    ConnectionPool pool = new ConnectionPool(max, MAX_IDLE.toMillis(), TimeUnit.MILLISECONDS);
    IdleConnections idle = new IdleConnections(pool);
    client.connectionPool(pool).addNetworkInterceptor(idle).eventListener(idle);
  }

  @Override
  public void connectionReleased(Call call, Connection connection) {
    used.put(connection, System.nanoTime());
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    long begin = System.nanoTime();
    Long last = used.remove(chain.connection());
    try {
      return chain.proceed(chain.request());
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      boolean wasIdle = last != null && begin - last >= IDLE.toNanos();
      boolean atOnce = System.nanoTime() - begin < AT_ONCE.toNanos();
      if (!wasIdle || !atOnce || chain.call().isCanceled()) {
        throw e;
      }
      // the others have been idle for as long: the next call gets a new one
      pool.evictAll();
      throw new ClosedWhileIdle(e);
    }
  }
}
