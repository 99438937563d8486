package dev.explanations.worker.api;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A proxy that ends TLS as {@code deploy/tls-proxy/nginx.conf} says. */
interface TlsProxy extends AutoCloseable {
  /** Relative to the module, where Maven runs tests. */
  Path EXAMPLE = Path.of("..", "deploy", "tls-proxy", "nginx.conf");

  int port();

  @Override
  void close() throws IOException;

  /** The first nginx on the path. */
  static Optional<Path> nginx() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(Pattern.quote(File.pathSeparator)))
        .map(directory -> Path.of(directory, "nginx"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The file's text with one directive changed, which must be there once. */
  static String with(String config, String directive, String value) {
    Matcher found = line(directive).matcher(config);
    if (!found.find()) {
      throw new AssertionError("no directive " + directive);
    }
    return found.replaceFirst(Matcher.quoteReplacement(directive + " " + value + ";"));
  }

  /** Values of {@code proxy_set_header} by name. */
  static Map<String, String> headers(String config) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    // what nginx sends unless it is told otherwise
    headers.put("Host", value(config, "proxy_pass").replaceFirst("^http://", ""));
    headers.put("Connection", "close");
    line("proxy_set_header")
        .matcher(config)
        .results()
        .map(it -> it.group(1).split("\\s+", 2))
        .forEach(header -> headers.put(header[0], header[1].replace("\"", "")));
    return headers;
  }

  static String value(String config, String directive) {
    Matcher found = line(directive).matcher(config);
    if (!found.find()) {
      throw new AssertionError("no directive " + directive);
    }
    return found.group(1);
  }

  private static Pattern line(String directive) {
    return Pattern.compile("(?m)(?<=^ {0,8})" + directive + "\\s+([^;]+);");
  }
}
