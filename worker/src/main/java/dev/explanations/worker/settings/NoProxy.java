package dev.explanations.worker.settings;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Hosts that are reached without a proxy, in the {@code NO_PROXY} syntax of curl and Go. */
public record NoProxy(List<Rule> rules) {

  public static final NoProxy NONE = new NoProxy(List.of());

  private static final Pattern NETWORK = Pattern.compile("([0-9a-fA-F.:]+)/(\\d{1,3})");
  private static final Pattern HOST =
      Pattern.compile("(?:\\*?\\.)?([\\p{L}\\p{N}._-]+|\\[[0-9a-fA-F:.]+])(?::(\\d{1,5}))?");
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

  sealed interface Rule {
    record Everything() implements Rule {}

    /** A host and its subdomains; port 0 matches any port. */
    record Host(String name, int port) implements Rule {}

    /** Addresses whose first {@code bits} bits are those of {@code address}. */
    record Network(InetAddress address, int bits) implements Rule {}
  }

  static Type<NoProxy> type() {
    return new Type<>(
        "a comma-separated list of hosts (example.com, .example.com, host:8080), addresses,"
            + " networks (10.0.0.0/8), or *",
        text ->
            new NoProxy(
                Arrays.stream(text.split("[,\\s]+"))
                    .filter(it -> !it.isEmpty())
                    .map(NoProxy::rule)
                    .toList()));
  }

  private static Rule rule(String text) {
    if (text.equals("*")) {
      return new Rule.Everything();
    }
    Matcher network = NETWORK.matcher(text);
    if (network.matches()) {
      InetAddress address = InetAddress.ofLiteral(network.group(1));
      int bits = Integer.parseInt(network.group(2));
      if (bits > 8 * address.getAddress().length) {
        throw new IllegalArgumentException();
      }
      return new Rule.Network(address, bits);
    }
    InetAddress address = literal(text);
    if (address != null) {
      return new Rule.Network(address, 8 * address.getAddress().length);
    }
    Matcher host = HOST.matcher(text);
    if (!host.matches()) {
      throw new IllegalArgumentException();
    }
    int port = host.group(2) == null ? 0 : Integer.parseInt(host.group(2));
    return new Rule.Host(host.group(1).toLowerCase(Locale.ROOT), port);
  }

  /**
   * Whether a host is reached without a proxy. Loopback addresses, link-local addresses and
   * Google's metadata server always are.
   *
   * @param host a name, or an address with or without its brackets
   */
  public boolean matches(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    InetAddress address = literal(name.replaceAll("^\\[|]$", ""));
    boolean near =
        address == null
            ? name.equals("localhost") || name.equals("metadata.google.internal")
            : address.isLoopbackAddress() || address.isLinkLocalAddress();
    return near
        || rules.stream()
            .anyMatch(
                rule ->
                    switch (rule) {
                      case Rule.Everything() -> true;
                      case Rule.Host(String suffix, int only) ->
                          (only == 0 || only == port)
                              && (name.equals(suffix) || name.endsWith("." + suffix));
                      case Rule.Network(InetAddress first, int bits) ->
                          address != null
                              && sameNetwork(first.getAddress(), address.getAddress(), bits);
                    });
  }

  private static boolean sameNetwork(byte[] a, byte[] b, int bits) {
    return a.length == b.length
        && new BigInteger(1, a).xor(new BigInteger(1, b)).bitLength() <= 8 * a.length - bits;
  }

  private static @Nullable InetAddress literal(String text) {
    try {
      return LITERAL.matcher(text).matches() ? InetAddress.ofLiteral(text) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The rules as {@code NO_PROXY} would list them. */
  @Override
  public String toString() {
    return String.join(",", rules.stream().map(NoProxy::shown).toList());
  }

  private static String shown(Rule rule) {
    return switch (rule) {
      case Rule.Everything() -> "*";
      case Rule.Host(String name, int port) -> port == 0 ? name : name + ":" + port;
      case Rule.Network(InetAddress address, int bits) -> address.getHostAddress() + "/" + bits;
    };
  }
}
