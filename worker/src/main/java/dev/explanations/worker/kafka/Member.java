package dev.explanations.worker.kafka;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/**
 * A worker as the others of its group know it, by {@code application.server}. Kafka Streams takes
 * host and port there and nothing else: port 0 marks a worker without an address, whose name is in
 * place of the host.
 */
public sealed interface Member {

  /** Largest port number. */
  int MAX_PORT = 65_535;

  /** A host name or an IPv4 address. */
  Pattern HOST = Pattern.compile("[A-Za-z0-9.-]{1,253}");

  Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  /** See {@code INSTANCE_ID}. */
  Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  /**
   * A worker with {@code HTTP_ADVERTISED}.
   *
   * @param host as in a URL: an IPv6 address is in brackets
   */
  record Addressed(String host, int port) implements Member {
    @Override
    public String applicationServer() {
      return host + ":" + port;
    }
  }

  /** A worker without {@code HTTP_ADVERTISED}, by its instance id. */
  record Named(String name) implements Member {
    @Override
    public String applicationServer() {
      return name + ":0";
    }
  }

  /** The worker itself. */
  static Member of(@Nullable URI advertised, String instanceId) {
    return advertised == null
        ? new Named(instanceId)
        : new Addressed(advertised.getHost(), advertised.getPort());
  }

  /**
   * A member by its metadata. Whoever leads the group writes them: text that no worker's settings
   * allow is nobody, so that none of it gets into a header.
   */
  static Optional<Member> of(HostInfo metadata) {
    String host = metadata.host();
    int port = metadata.port();
    if (port == 0) {
      return Optional.of(host).filter(it -> NAME.matcher(it).matches()).map(Named::new);
    }
    if (port < 0 || port > MAX_PORT) {
      return Optional.empty();
    }
    return HOST.matcher(host).matches()
        ? Optional.of(new Addressed(host, port))
        : IPV6.matcher(host).matches()
            ? Optional.of(new Addressed("[" + host + "]", port))
            : Optional.empty();
  }

  /** Value of {@code application.server}. */
  String applicationServer();
}
