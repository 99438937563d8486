package dev.explanations.worker.gemini.client;

import dev.explanations.worker.settings.Proxy;
import dev.explanations.worker.settings.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import okhttp3.Authenticator;
import okhttp3.Connection;
import okhttp3.Credentials;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Routes calls through the environment's proxies, as curl and Go read them. The JVM's own settings
 * come first: a proxy that {@code -Dhttps.proxyHost} names is used with {@code
 * -Dhttp.nonProxyHosts}.
 */
final class Proxies extends ProxySelector implements Authenticator, Interceptor {

  private static final String AUTHORIZATION = "Proxy-Authorization";

  private final Settings.Proxies settings;
  private final Function<String, @Nullable String> property;
  private final ProxySelector jvm;

  /**
   * @param property the JVM's properties
   * @param jvm what the JVM makes of them
   */
  Proxies(
      Settings.Proxies settings, Function<String, @Nullable String> property, ProxySelector jvm) {
    this.settings = settings;
    this.property = property;
    this.jvm = jvm;
  }

  static void install(Settings.Proxies settings, OkHttpClient.Builder client) {
    ProxySelector jvm =
        Objects.requireNonNullElseGet(ProxySelector.getDefault(), () -> ProxySelector.of(null));
    Proxies proxies = new Proxies(settings, System::getProperty, jvm);
    client.proxySelector(proxies).proxyAuthenticator(proxies).addNetworkInterceptor(proxies);
  }

  @Override
  public List<java.net.Proxy> select(URI uri) {
    String scheme = uri.getScheme();
    if (property.apply(scheme + ".proxyHost") != null
        || property.apply("socksProxyHost") != null
        || "true".equals(property.apply("java.net.useSystemProxies"))) {
      return jvm.select(uri);
    }
    Proxy proxy = scheme.equals("https") ? settings.https() : settings.http();
    int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    return proxy == null || settings.none().matches(uri.getHost(), port)
        ? List.of(java.net.Proxy.NO_PROXY)
        : List.of(
            new java.net.Proxy(
                java.net.Proxy.Type.HTTP,
                InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
  }

  /** Nothing to do: there is no second proxy. */
  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {}

  /** For a tunnel: OkHttp asks before it sends CONNECT, and again after a 407. */
  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response response) {
    String login = route == null ? null : login(route);
    return login == null || response.request().header(AUTHORIZATION) != null
        ? null
        : response.request().newBuilder().header(AUTHORIZATION, login).build();
  }

  /** Without a tunnel the login is in the request itself, which is sent only once. */
  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    Connection connection = chain.connection();
    String login = request.isHttps() || connection == null ? null : login(connection.route());
    return chain.proceed(
        login == null ? request : request.newBuilder().header(AUTHORIZATION, login).build());
  }

  /** Proxy-Authorization for a route through a configured proxy; {@code null} without a login. */
  private @Nullable String login(Route route) {
    Proxy proxy = route.address().url().isHttps() ? settings.https() : settings.http();
    if (proxy == null
        || proxy.login() == null
        || !(route.proxy().address() instanceof InetSocketAddress address)
        || !address.getHostString().equals(proxy.host())
        || address.getPort() != proxy.port()) {
      return null;
    }
    return Credentials.basic(
        proxy.login().user(), proxy.login().password().reveal(), StandardCharsets.UTF_8);
  }
}
