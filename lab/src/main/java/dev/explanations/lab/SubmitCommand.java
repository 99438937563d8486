package dev.explanations.lab;

import dev.explanations.lab.submit.Ledger;
import dev.explanations.lab.submit.Progress;
import dev.explanations.lab.submit.Publisher;
import dev.explanations.lab.submit.ResultFollower;
import dev.explanations.lab.submit.ResultListener;
import dev.explanations.lab.submit.Submission;
import dev.explanations.lab.submit.Summary;
import dev.explanations.lab.submit.Tally;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "submit",
    description = {
      "Publishes requests and waits for their results.",
      "Exits with 1 unless every request gets exactly one result."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class SubmitCommand implements Callable<Integer> {

  private static final Duration TOPIC_TIMEOUT = Duration.ofSeconds(10);
  private static final String STANDARD_INPUT = "-";

  @Parameters(
      paramLabel = "FILE",
      showDefaultValue = Visibility.NEVER,
      description = "Requests, one JSON object a line; - is standard input.")
  private String file = "";

  @Option(names = "--bootstrap", defaultValue = "localhost:9092", description = "Kafka's address.")
  private String bootstrap = "";

  @Option(names = "--requests-topic", defaultValue = "explanations.requests")
  private String requestsTopic = "";

  @Option(names = "--results-topic", defaultValue = "explanations.results")
  private String resultsTopic = "";

  @Option(
      names = "--timeout",
      defaultValue = "5m",
      description = "How long to wait after the last request.")
  private Duration timeout = Duration.ZERO;

  @Option(names = "--rate", defaultValue = "0", description = "Requests per second; 0 is no limit.")
  private double rate;

  @Option(
      names = "--property",
      paramLabel = "NAME=VALUE",
      showDefaultValue = Visibility.NEVER,
      description = "A property for the Kafka clients, such as security.protocol=SSL; repeatable.")
  private Map<String, String> properties = Map.of();

  @Override
  public Integer call() throws Exception {
    Ledger ledger = new Ledger();
    Duration took;
    try (BufferedReader lines = open();
        ResultFollower follower =
            ResultFollower.follow(
                bootstrap, resultsTopic, ledger, ResultListener.NONE, TOPIC_TIMEOUT, properties);
        Publisher publisher = new Publisher(bootstrap, requestsTopic, ledger, properties);
        Progress progress = Progress.onStandardOutput("results")) {
      took = new Submission(publisher, follower, ledger, progress).run(lines, rate, timeout);
    }
    Summary.lines(ledger, took).forEach(System.out::println);
    Tally tally = ledger.tally();
    System.out.printf(
        "%d requests, %d results, %d lost, %d doubled%n",
        tally.requests(), tally.results(), tally.lost(), tally.doubled());
    return tally.exactlyOnce() ? 0 : 1;
  }

  private BufferedReader open() throws IOException {
    return file.equals(STANDARD_INPUT)
        ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        : Files.newBufferedReader(Path.of(file));
  }
}
