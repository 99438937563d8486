package dev.explanations.lab.demo;

import dev.explanations.lab.Resources;
import dev.explanations.lab.submit.Progress;
import java.io.BufferedReader;
import java.nio.file.Path;
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
public final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--requests",
      paramLabel = "FILE",
      defaultValue = "",
      description = "Requests, one JSON object a line. Default: 573 from OpenStax textbooks.")
  private String requests = "";

  @Option(
      names = "--outage",
      arity = "0..1",
      defaultValue = "false",
      fallbackValue = "true",
      description = {
        "Tells how the worker comes through an outage of Gemini, in less than a minute.",
        "Always asks the simulator. Exits with 1 also when the circuit breaker was not seen",
        "open and closed again."
      })
  private boolean outage;

  @Option(
      names = "--prompt",
      paramLabel = "FILE",
      defaultValue = "",
      description = {
        "Answers all with the prompt of the jar, then with that of the file, then with the first",
        "again. Exits with 1 also when an answer had another prompt, or the last round a call."
      })
  private String prompt = "";

  @Option(
      names = "--keep",
      arity = "0..1",
      defaultValue = "false",
      fallbackValue = "true",
      description = "Leave all running until interrupted.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    DemoOutcome outcome;
    try (BufferedReader lines = DemoRequests.open(requests);
        Resources resources = new Resources()) {
      DemoStage stage;
      if (outage) {
        var model = DemoModel.simulator(OutageTour.HEALTHY, System.getenv(), resources);
        stage = DemoStage.start(resources, model, OutageTour.SETTINGS);
        outcome = new OutageTour(stage, model.simulator()).run(lines);
      } else if (!prompt.isEmpty()) {
        DemoModel model = DemoModel.choose(System.getenv(), resources);
        stage = DemoStage.start(resources, model, Map.of());
        PromptTour tour = new PromptTour(resources, stage, Path.of(prompt));
        outcome = tour.run(lines);
        stage = tour.stage();
      } else {
        DemoModel model = DemoModel.choose(System.getenv(), resources);
        stage = DemoStage.start(resources, model, Map.of());
        outcome = answer(stage, lines);
      }
      if (keep) {
        System.out.println(outcome.figures());
        System.out.println("running until Ctrl-C: " + stage.addresses());
        resources.awaitInterruption();
      }
    }
    // printed last, after the worker's log of its stop
    System.out.println(outcome.figures());
    return outcome.asPromised() ? 0 : 1;
  }

  private static DemoOutcome answer(DemoStage stage, BufferedReader lines)
      throws InterruptedException {
    DemoRun run = new DemoRun(stage);
    Samples samples = new Samples();
    run.answer(lines, 0, samples, Progress.onStandardOutput("results"));
    samples.lines().forEach(System.out::println);
    System.out.println();
    DemoCounts figures = run.summarize();
    System.out.println();
    return new DemoOutcome(figures, figures.tally().exactlyOnce());
  }
}
