package dev.explanations.worker.settings;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that the worker connects to over plain HTTP.
 *
 * @param host without the brackets of an IPv6 address
 * @param login {@code null} if the proxy wants none
 */
public record Proxy(String host, int port, @Nullable Login login) {

  private static final int DEFAULT_PORT = 80;

  /** Credentials for HTTP Basic authentication. */
  public record Login(String user, Secret password) {}

  static Type<Proxy> type() {
    return new Type<>(
        "a URL such as http://proxy:3128 or http://user:password@proxy:3128, with what is special"
            + " in a password percent-encoded",
        Proxy::parse);
  }

  private static Proxy parse(String text) {
    URI uri = URI.create(text.contains("://") ? text : "http://" + text);
    String host = uri.getHost();
    boolean pathless = uri.getRawPath().isEmpty() || uri.getRawPath().equals("/");
    if (!"http".equalsIgnoreCase(uri.getScheme())
        || host == null
        || !pathless
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || uri.getPort() == 0
        || uri.getPort() > 65_535) {
      throw new IllegalArgumentException();
    }
    return new Proxy(
        host.replaceAll("^\\[|]$", ""),
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        login(uri.getRawUserInfo()));
  }

  private static @Nullable Login login(@Nullable String userInfo) {
    if (userInfo == null || userInfo.isEmpty()) {
      return null;
    }
    int colon = userInfo.indexOf(':');
    String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
    String password = colon < 0 ? "" : userInfo.substring(colon + 1);
    return new Login(decoded(user), new Secret(decoded(password)));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The URL of the proxy, its login hidden. */
  @Override
  public String toString() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return "http://" + (login == null ? "" : "******@") + shown + ":" + port;
  }
}
