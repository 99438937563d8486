package dev.explanations.lab.broker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** A node of a {@link BrokerCluster}, until SIGTERM. */
final class BrokerMain {

  /** The environment variable that names the node's file. */
  static final String FILE = "BROKER_PROPERTIES";

  private BrokerMain() {}

  /** Without arguments. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Properties file = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(System.getenv(FILE)))) {
      file.load(reader);
    }
    Map<String, String> properties =
        file.stringPropertyNames().stream()
            .collect(Collectors.toMap(name -> name, file::getProperty));
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            Path.of(file.getProperty("log.dirs")),
            Integer.parseInt(file.getProperty("node.id")),
            0,
            properties);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(broker::stop));
    new CountDownLatch(1).await();
  }
}
