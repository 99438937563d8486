package dev.explanations.lab;

import dev.explanations.lab.broker.EmbeddedBroker;
import dev.explanations.lab.submit.Ledger;
import dev.explanations.lab.submit.Progress;
import dev.explanations.lab.submit.Publisher;
import dev.explanations.lab.submit.ResultFollower;
import dev.explanations.lab.submit.Submission;
import dev.explanations.lab.submit.Summary;
import dev.explanations.lab.submit.Tally;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "Starts a broker, a Gemini simulator and the worker, and answers a textbook's requests.",
      "With GOOGLE_API_KEY or GEMINI_API_KEY set it asks the real Gemini, which costs money."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  private static final String SAMPLE = "/textbook-requests.jsonl";
  private static final Duration TOPIC_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration RESULTS_TIMEOUT = Duration.ofMinutes(5);

  @Option(
      names = "--requests",
      paramLabel = "FILE",
      defaultValue = "",
      description = "Requests, one JSON object a line. Default: 573 from OpenStax textbooks.")
  private String requests = "";

  @Option(
      names = "--keep",
      arity = "0..1",
      defaultValue = "false",
      fallbackValue = "true",
      description = "Leave all running until interrupted.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    Figures figures;
    try (BufferedReader lines = open();
        Resources resources = new Resources()) {
      DemoModel model = DemoModel.choose(System.getenv(), resources);
      System.out.println(model.description());
      Path directory = resources.add(TemporaryDirectory.create()).path();
      EmbeddedBroker broker = resources.add(EmbeddedBroker.start(directory.resolve("broker")));
      System.out.println("broker on " + broker.bootstrapServers());
      DemoWorker worker =
          resources.add(
              DemoWorker.start(
                  broker.bootstrapServers(), directory.resolve("worker"), model.settings()));
      worker.awaitReady();
      System.out.println("worker on http://127.0.0.1:" + worker.httpPort());
      figures = run(lines, broker, model);
      if (keep) {
        System.out.println(figures);
        System.out.printf(
            "running until Ctrl-C: broker %s, worker http://127.0.0.1:%d/, %s%n",
            broker.bootstrapServers(), worker.httpPort(), model.address());
        resources.awaitInterruption();
      }
    }
    // last, after all that the worker has to say about its stop
    System.out.println(figures);
    return figures.tally().exactlyOnce() ? 0 : 1;
  }

  private static Figures run(BufferedReader lines, EmbeddedBroker broker, DemoModel model)
      throws InterruptedException {
    Ledger ledger = new Ledger();
    Samples samples = new Samples();
    Duration took;
    try (ResultFollower follower =
            ResultFollower.follow(
                broker.bootstrapServers(),
                "explanations.results",
                ledger,
                samples,
                TOPIC_TIMEOUT,
                Map.of());
        Publisher publisher =
            new Publisher(broker.bootstrapServers(), "explanations.requests", ledger, Map.of());
        Progress progress = Progress.onStandardOutput("results")) {
      took = new Submission(publisher, follower, ledger, progress).run(lines, 0, RESULTS_TIMEOUT);
    }
    Figures figures = new Figures(ledger.tally(), model.calls(ledger.tally()));
    samples.lines().forEach(System.out::println);
    System.out.println();
    Summary.lines(ledger, took).forEach(System.out::println);
    System.out.printf("%-12s%,d made, %,d saved%n%n", "calls", figures.calls(), figures.saved());
    return figures;
  }

  private BufferedReader open() throws IOException {
    if (!requests.isEmpty()) {
      return Files.newBufferedReader(Path.of(requests));
    }
    InputStream sample = DemoCommand.class.getResourceAsStream(SAMPLE);
    if (sample == null) {
      throw new FileNotFoundException(SAMPLE + " is missing from the class path");
    }
    return new BufferedReader(new InputStreamReader(sample, StandardCharsets.UTF_8));
  }

  /** What the demo's last line says. */
  private record Figures(Tally tally, long calls) {
    long saved() {
      return Math.max(0, tally.results() - calls);
    }

    @Override
    public String toString() {
      return "%d requests, %d results, %d calls, %d lost, %d doubled"
          .formatted(tally.requests(), tally.results(), calls, tally.lost(), tally.doubled());
    }
  }
}
