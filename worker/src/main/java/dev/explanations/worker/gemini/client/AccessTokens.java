package dev.explanations.worker.gemini.client;

import com.google.auth.RequestMetadataCallback;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Puts an access token into each request to Vertex AI. The SDK would fetch it before the call
 * begins, on the caller's thread and without a time limit: 87 s were seen. Here the time limit of
 * the call covers the wait for it; and Google's library fetches the next token on a thread of its
 * own, one at a time, in the last 3 min 45 s of the old one; calls use the old one until then.
 * Thread-safe.
 */
final class AccessTokens implements Interceptor {

  /** For the SDK, which demands one. It never expires, and is replaced in each request. */
  static final GoogleCredentials PLACEHOLDER =
      GoogleCredentials.create(AccessToken.newBuilder().setTokenValue("placeholder").build());

  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  private final GoogleCredentials credentials;

  AccessTokens(GoogleCredentials credentials) {
    this.credentials = credentials.createScoped(SCOPE);
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request.Builder request = chain.request().newBuilder();
    headers(chain).forEach((name, values) -> values.forEach(it -> request.header(name, it)));
    return chain.proceed(request.build());
  }

  private Map<String, List<String>> headers(Chain chain) throws IOException {
    CompletableFuture<Map<String, List<String>>> headers = new CompletableFuture<>();
    credentials.getRequestMetadata(
        chain.request().url().uri(),
        fetch -> Thread.ofVirtual().name("access-token").start(fetch),
        new RequestMetadataCallback() {
          @Override
          public void onSuccess(Map<String, List<String>> metadata) {
            headers.complete(metadata);
          }

          @Override
          public void onFailure(Throwable failure) {
            headers.completeExceptionally(failure);
          }
        });
    try {
      return headers.get(chain.call().timeout().timeoutNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new InterruptedIOException("no access token");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }
}
