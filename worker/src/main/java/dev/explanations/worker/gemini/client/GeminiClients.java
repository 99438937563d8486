package dev.explanations.worker.gemini.client;

import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.genai.Client;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import dev.explanations.worker.settings.Proxy;
import dev.explanations.worker.settings.Secret;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.Settings.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/** Builds SDK clients in which one call is one request, bounded in time. */
final class GeminiClients {

  /** Hundreds of TLS handshakes at once, after a start, take their time. */
  private static final Duration MAX_CONNECT = Duration.ofSeconds(30);

  private GeminiClients() {}

  /** Builds credentials, from files or a metadata server. */
  @FunctionalInterface
  interface CredentialsSource {
    GoogleCredentials get(HttpTransportFactory transport) throws IOException;
  }

  /**
   * Builds a client; makes no call to Gemini.
   *
   * @param applicationDefault asked for Vertex AI without a key only
   * @throws UncheckedIOException if there are no such credentials
   */
  static Client create(Settings.Gemini settings, CredentialsSource applicationDefault) {
    HttpOptions.Builder http =
        HttpOptions.builder().apiVersion(settings.apiVersion()).retryOptions(noRetries());
    if (settings.baseUrl() != null) {
      http.baseUrl(settings.baseUrl());
    }
    OkHttpClient.Builder okHttp = okHttp(settings);
    Client.Builder client = Client.builder().httpOptions(http.build());
    // always said: GOOGLE_GENAI_USE_VERTEXAI in the environment would change the mode otherwise
    switch (settings.credentials()) {
      case Credentials.DeveloperApi(Secret key) -> client.vertexAI(false).apiKey(key.reveal());
      case Credentials.VertexAi(String project, String location, Secret key) -> {
        client.vertexAI(true);
        if (project != null) {
          client.project(project);
        }
        if (location != null) {
          client.location(location);
        }
        if (key != null) {
          client.apiKey(key.reveal());
        } else {
          okHttp.addInterceptor(accessTokens(settings.proxies(), applicationDefault));
          client.credentials(AccessTokens.PLACEHOLDER);
        }
      }
    }
    return client
        .clientOptions(ClientOptions.builder().customHttpClient(okHttp.build()).build())
        .build();
  }

  private static AccessTokens accessTokens(Settings.Proxies proxies, CredentialsSource source) {
    TokenTransport transport = new TokenTransport(proxies);
    try {
      return new AccessTokens(source.get(() -> transport));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Secrets that no message may contain. */
  static List<String> secrets(Settings.Gemini settings) {
    Secret key =
        switch (settings.credentials()) {
          case Credentials.DeveloperApi(Secret it) -> it;
          case Credentials.VertexAi(_, _, Secret it) -> it;
        };
    Stream<String> passwords =
        Stream.of(settings.proxies().https(), settings.proxies().http())
            .filter(Objects::nonNull)
            .map(Proxy::login)
            .filter(Objects::nonNull)
            .flatMap(
                // together, too: that is what a header has in Base64
                it -> Stream.of(it.user() + ":" + it.password().reveal(), it.password().reveal()));
    return Stream.concat(Stream.ofNullable(key).map(Secret::reveal), passwords).toList();
  }

  /** With one attempt alone the SDK still sleeps after a status on its list, so that is empty. */
  private static HttpRetryOptions noRetries() {
    return HttpRetryOptions.builder().attempts(1).httpStatusCodes(List.of()).build();
  }

  /**
   * HTTP/1.1, one socket per call: bursts over HTTP/2 were seen to be reset and sent twice. The SDK
   * ignores its own timeout when given a client, so it is set here, for the whole call.
   */
  private static OkHttpClient.Builder okHttp(Settings.Gemini settings) {
    int calls = settings.maxInFlight();
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(calls);
    dispatcher.setMaxRequestsPerHost(calls);
    Duration timeout = settings.timeout();
    OkHttpClient.Builder client = new OkHttpClient.Builder();
    Proxies.install(settings.proxies(), client);
    IdleConnections.install(calls, client);
    return client
        .dispatcher(dispatcher)
        .protocols(List.of(Protocol.HTTP_1_1))
        .connectTimeout(timeout.compareTo(MAX_CONNECT) < 0 ? timeout : MAX_CONNECT)
        .writeTimeout(Duration.ZERO)
        .readTimeout(Duration.ZERO)
        .callTimeout(timeout)
        // a redirect would take the key to another host
        .followRedirects(false)
        .followSslRedirects(false)
        .addInterceptor(new SingleAttempt());
  }
}
