package dev.explanations.lab.broker;

import dev.explanations.lab.process.FreePort;
import dev.explanations.lab.process.JavaProcess;
import dev.explanations.lab.process.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Broker and controller as a process that can be taken away and brought back. Thread-safe. */
public final class BrokerNode implements AutoCloseable {

  private static final String DIRECT = "DIRECT";
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
  private static final List<String> JVM =
      List.of(
          "-Xms64m",
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dlogback.configurationFile=logback-lab.xml");

  private final int id;
  private final Path directory;
  private final Map<String, Integer> ports = new TreeMap<>();
  private final Map<String, TcpProxy> proxies = new HashMap<>();
  private @Nullable JavaProcess process;

  /**
   * @param directory for its data and its file of properties
   * @param clients each gets a listener of its own, behind a proxy
   */
  BrokerNode(int id, Path directory, List<String> clients) {
    this.id = id;
    this.directory = directory;
    ports.put(DIRECT, freePort());
    ports.put("CONTROLLER", freePort());
    for (String client : clients) {
      int port = freePort();
      ports.put(listener(client), port);
      proxies.put(client, TcpProxy.to(port));
    }
  }

  /** Nothing listens on the earlier ones yet. */
  private int freePort() {
    int port = FreePort.find();
    while (ports.containsValue(port)) {
      port = FreePort.find();
    }
    return port;
  }

  private static String listener(String client) {
    return client.toUpperCase(Locale.ROOT);
  }

  /** As the quorum's voters are written. */
  String voter() {
    return id + "@127.0.0.1:" + ports.get("CONTROLLER");
  }

  String address() {
    return "127.0.0.1:" + ports.get(DIRECT);
  }

  TcpProxy proxy(String client) {
    TcpProxy proxy = proxies.get(client);
    if (proxy == null) {
      throw new IllegalArgumentException("no listener for " + client);
    }
    return proxy;
  }

  Iterable<TcpProxy> proxies() {
    return proxies.values();
  }

  /**
   * Writes its properties, once, before the first start.
   *
   * @param common those of all nodes
   */
  void configure(Map<String, String> common) {
    Properties properties = new Properties();
    properties.putAll(common);
    properties.put("node.id", Integer.toString(id));
    properties.put("log.dirs", directory.resolve("log").toAbsolutePath().toString());
    properties.put("listeners", joined(ports));
    Map<String, Integer> advertised = new TreeMap<>(ports);
    advertised.remove("CONTROLLER");
    proxies.forEach((client, proxy) -> advertised.put(listener(client), proxy.port()));
    properties.put("advertised.listeners", joined(advertised));
    properties.put("inter.broker.listener.name", DIRECT);
    properties.put(
        "listener.security.protocol.map",
        ports.keySet().stream().map(name -> name + ":PLAINTEXT").collect(Collectors.joining(",")));
    try {
      Files.createDirectories(directory);
      try (Writer writer = Files.newBufferedWriter(file())) {
        properties.store(writer, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file() {
    return directory.resolve("node.properties").toAbsolutePath();
  }

  private static String joined(Map<String, Integer> portsByName) {
    return portsByName.entrySet().stream()
        .map(entry -> entry.getKey() + "://127.0.0.1:" + entry.getValue())
        .collect(Collectors.joining(","));
  }

  /** Starts it again and returns at once; does nothing while it runs. */
  public synchronized void start() {
    if (running() == null) {
      process =
          new JavaProcess(
              BrokerMain.class.getName(),
              Map.of(BrokerMain.FILE, file().toString()),
              JVM,
              line -> {});
    }
  }

  /**
   * SIGTERM: it hands leadership over. Killed when it has not ended after half a minute, as without
   * a quorum.
   */
  public synchronized void stop() {
    JavaProcess running = running();
    if (running != null) {
      try {
        var _ = running.terminate(STOP_PATIENCE);
      } catch (IllegalStateException e) {
        running.kill();
      }
    }
  }

  /** SIGKILL, an unclean stop; recovery of the log follows at its start. */
  public synchronized void kill() {
    JavaProcess running = running();
    if (running != null) {
      running.kill();
    }
  }

  /** SIGSTOP: connections stay and are silent. */
  public synchronized void suspend() {
    JavaProcess running = running();
    if (running != null) {
      running.suspend();
    }
  }

  /** SIGCONT. */
  public synchronized void resume() {
    JavaProcess running = running();
    if (running != null) {
      running.resume();
    }
  }

  /** The last lines of its latest process. */
  synchronized List<String> log() {
    return process == null ? List.of() : process.log();
  }

  private @Nullable JavaProcess running() {
    JavaProcess latest = process;
    return latest != null && latest.isAlive() ? latest : null;
  }

  @Override
  public void close() {
    kill();
    proxies.values().forEach(TcpProxy::close);
  }
}
