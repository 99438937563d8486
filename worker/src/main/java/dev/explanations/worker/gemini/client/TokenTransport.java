package dev.explanations.worker.gemini.client;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import com.google.common.io.ByteStreams;
import dev.explanations.worker.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches tokens for Google's credentials through the same proxies as calls, bounded in time and
 * size. Google's own transport knows the JVM's proxies alone.
 */
final class TokenTransport extends HttpTransport {

  /** A token comes in milliseconds. The library tries again by itself. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int MAX_BODY = 1024 * 1024;

  private final OkHttpClient client;

  TokenTransport(Settings.Proxies proxies) {
    OkHttpClient.Builder builder = new OkHttpClient.Builder().callTimeout(TIMEOUT);
    Proxies.install(proxies, builder);
    this.client = builder.followRedirects(false).followSslRedirects(false).build();
  }

  @Override
  protected LowLevelHttpRequest buildRequest(String method, String url) {
    return new Outgoing(client, method, new Request.Builder().url(url));
  }

  private static final class Outgoing extends LowLevelHttpRequest {
    private final String method;
    private final Request.Builder request;
    private OkHttpClient client;

    Outgoing(OkHttpClient client, String method, Request.Builder request) {
      this.client = client;
      this.method = method;
      this.request = request;
    }

    @Override
    public void addHeader(String name, String value) {
      request.addHeader(name, value);
    }

    /** The look for a metadata server, on a machine that may have none, is a short one. */
    @Override
    public void setTimeout(int connectMillis, int readMillis) {
      client =
          client
              .newBuilder()
              .connectTimeout(Duration.ofMillis(connectMillis))
              .readTimeout(Duration.ofMillis(readMillis))
              .build();
    }

    @Override
    public LowLevelHttpResponse execute() throws IOException {
      return new Incoming(client.newCall(request.method(method, body()).build()).execute());
    }

    private @Nullable RequestBody body() throws IOException {
      if (getStreamingContent() == null) {
        return method.equals("POST") ? RequestBody.create(new byte[0]) : null;
      }
      Buffer content = new Buffer();
      getStreamingContent().writeTo(content.outputStream());
      MediaType type = getContentType() == null ? null : MediaType.parse(getContentType());
      return RequestBody.create(content.readByteString(), type);
    }
  }

  private static final class Incoming extends LowLevelHttpResponse {
    private final Response response;
    private final ResponseBody body;

    Incoming(Response response) {
      this.response = response;
      this.body = Objects.requireNonNull(response.body());
    }

    @Override
    public InputStream getContent() {
      return ByteStreams.limit(body.byteStream(), MAX_BODY);
    }

    @Override
    public @Nullable String getContentEncoding() {
      return response.header("Content-Encoding");
    }

    @Override
    public long getContentLength() {
      return body.contentLength();
    }

    @Override
    public @Nullable String getContentType() {
      return response.header("Content-Type");
    }

    @Override
    public String getStatusLine() {
      return "HTTP/1.1 " + response.code() + " " + response.message();
    }

    @Override
    public int getStatusCode() {
      return response.code();
    }

    @Override
    public String getReasonPhrase() {
      return response.message();
    }

    @Override
    public int getHeaderCount() {
      return response.headers().size();
    }

    @Override
    public String getHeaderName(int index) {
      return response.headers().name(index);
    }

    @Override
    public String getHeaderValue(int index) {
      return response.headers().value(index);
    }

    @Override
    public void disconnect() {
      response.close();
    }
  }
}
