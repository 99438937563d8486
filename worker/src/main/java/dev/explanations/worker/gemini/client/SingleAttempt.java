package dev.explanations.worker.gemini.client;

import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.answer.AnswerBody;
import dev.explanations.worker.gemini.answer.AnswerReader;
import dev.explanations.worker.gemini.answer.GeminiErrors.HttpFailure;
import java.io.IOException;
import java.util.Objects;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Sends each request once, turns refusals into {@link HttpFailure}s, and reads what else comes. The
 * SDK is given an empty answer: its own reading keeps the whole body and refuses odd ones.
 *
 * <p>OkHttp sends a request again after a lost connection, a 408, or a 503 with {@code Retry-After:
 * 0}; but a call whose answer was lost has been paid for. It never does so with a one-shot body;
 * other addresses of the host are still tried as long as nothing has been sent.
 */
final class SingleAttempt implements Interceptor {

  /** Bound by the caller around an SDK call, which runs on the same thread and fills it. */
  static final ScopedValue<Exchange> EXCHANGE = ScopedValue.newInstance();

  /** Request and answer of one call, as far as it got. Used by the calling thread only. */
  static final class Exchange {
    CallDetails.@Nullable Server server;
    boolean sent;

    /** Status of an answer other than 2xx. */
    @Nullable Integer httpStatus;

    @Nullable AnswerBody answer;
  }

  private static final int MAX_ERROR_BODY = 64 * 1024;

  @Override
  public Response intercept(Chain chain) throws IOException {
    Exchange exchange = EXCHANGE.get();
    HttpUrl url = chain.request().url();
    exchange.server = new CallDetails.Server(url.host(), url.port());
    Response response = chain.proceed(oneShot(chain.request(), exchange));
    if (response.isSuccessful()) {
      exchange.answer = AnswerReader.read(Objects.requireNonNull(response.body()).charStream());
      return response.newBuilder().body(ResponseBody.create("{}", null)).build();
    }
    exchange.httpStatus = response.code();
    try (response) {
      throw new HttpFailure(response.code(), response.header("Retry-After"), body(response));
    }
  }

  private static Request oneShot(Request request, Exchange exchange) {
    RequestBody body = request.body();
    return body == null
        ? request
        : request.newBuilder().method(request.method(), new OneShot(body, exchange)).build();
  }

  /** The status says enough even where the body is cut off. */
  private static String body(Response response) {
    try {
      return response.peekBody(MAX_ERROR_BODY).string();
    } catch (IOException e) {
      return "";
    }
  }

  private static final class OneShot extends RequestBody {
    private final RequestBody body;
    private final Exchange exchange;

    OneShot(RequestBody body, Exchange exchange) {
      this.body = body;
      this.exchange = exchange;
    }

    @Override
    public @Nullable MediaType contentType() {
      return body.contentType();
    }

    @Override
    public long contentLength() throws IOException {
      return body.contentLength();
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      exchange.sent = true;
      body.writeTo(sink);
    }

    @Override
    public boolean isOneShot() {
      return true;
    }
  }
}
