package dev.explanations.lab.simulator;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * One HTTP request and its response. Nothing here waits: what takes time is left to the scheduler,
 * so a thousand slow calls need no thread each.
 */
final class Exchange {

  static final String JSON = "application/json; charset=UTF-8";
  static final String HTML = "text/html; charset=UTF-8";

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Runnable ending;
  private Consumer<Boolean> over = delivered -> {};

  Exchange(Request request, Response response, Callback callback) {
    this(request, response, callback, () -> {});
  }

  /**
   * @param ending called once, before the client can know that the exchange is over, so that its
   *     next call is never counted beside this one
   */
  Exchange(Request request, Response response, Callback callback, Runnable ending) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.ending = ending;
  }

  /**
   * Tells whether all of the response was written; to be called before {@link #send} or its like.
   */
  void whenOver(Consumer<Boolean> listener) {
    over = listener;
  }

  void send(int status, String contentType, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    head(status, contentType, bytes.length);
    ending.run();
    response.write(true, ByteBuffer.wrap(bytes), last());
  }

  /** Sends the first half now and the second when the pause is over. */
  void sendSlowly(String body, Duration pause, ScheduledExecutorService scheduler) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    int half = bytes.length / 2;
    head(200, JSON, bytes.length);
    response.write(
        false,
        ByteBuffer.wrap(bytes, 0, half),
        Callback.from(
            () -> later(() -> finish(bytes, half), pause, scheduler),
            failure -> {
              ending.run();
              last().failed(failure);
            }));
  }

  /** Closes the connection so that the client sees a reset, not an end of stream. */
  void reset() {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    if (endPoint.getTransport() instanceof SocketChannel channel) {
      try {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException e) {
        // the client has closed already, which is as good
      }
    }
    ending.run();
    endPoint.close();
    last().failed(new EofException("reset as scripted"));
  }

  private void finish(byte[] bytes, int from) {
    ending.run();
    response.write(true, ByteBuffer.wrap(bytes, from, bytes.length - from), last());
  }

  private Callback last() {
    return Callback.from(
        () -> {
          over.accept(true);
          callback.succeeded();
        },
        failure -> {
          over.accept(false);
          callback.failed(failure);
        });
  }

  private static void later(Runnable task, Duration delay, ScheduledExecutorService scheduler) {
    ScheduledFuture<?> _ = scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void head(int status, String contentType, int length) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
  }
}
