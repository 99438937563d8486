package dev.explanations.lab;

import dev.explanations.lab.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "broker",
    description = "Runs a Kafka broker until interrupted.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class BrokerCommand implements Callable<Integer> {

  @Option(names = "--port", defaultValue = "9092")
  private int port;

  @Option(
      names = "--dir",
      description = "Where its data is kept; by default a temporary directory, removed at the end.")
  private @Nullable Path directory;

  @Override
  public Integer call() throws Exception {
    try (Resources resources = new Resources()) {
      Path data = directory == null ? resources.add(TemporaryDirectory.create()).path() : directory;
      EmbeddedBroker broker = resources.add(EmbeddedBroker.start(data, port, Map.of()));
      System.out.println("broker on " + broker.bootstrapServers());
      resources.awaitInterruption();
    }
    return 0;
  }
}
