package dev.explanations.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.Resources;
import dev.explanations.lab.submit.Progress;
import dev.explanations.lab.submit.Result;
import java.io.BufferedReader;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Answers the same requests with the prompt of the jar, with that of a file, and with the first
 * again.
 */
final class PromptTour {

  private final Resources resources;
  private final Path file;
  private DemoStage stage;

  /**
   * @param stage its worker has the prompt of the jar
   */
  PromptTour(Resources resources, DemoStage stage, Path file) {
    this.resources = resources;
    this.stage = stage;
    this.file = file;
  }

  /** The present stage: {@link #run} restarts its worker. */
  DemoStage stage() {
    return stage;
  }

  DemoOutcome run(BufferedReader lines) throws InterruptedException {
    String requests = lines.lines().collect(Collectors.joining("\n"));
    Round first = ask(requests);
    stage = stage.restarted(resources, Map.of("PROMPT_FILE", file.toAbsolutePath().toString()));
    Round second = ask(requests);
    stage = stage.restarted(resources, Map.of());
    Round third = ask(requests);
    boolean asPromised =
        first.isOf(1)
            && second.isOf(1)
            && third.versions().equals(first.versions())
            && !second.versions().equals(first.versions())
            && third.figures().calls() == 0;
    return new DemoOutcome(third.figures(), asPromised);
  }

  /** One round of requests, and the prompts that its explanations name. */
  private record Round(DemoCounts figures, Set<String> versions) {
    boolean isOf(int prompts) {
      return figures.tally().exactlyOnce() && versions.size() == prompts;
    }
  }

  private Round ask(String requests) throws InterruptedException {
    Set<String> versions = new TreeSet<>();
    Samples samples = new Samples();
    DemoRun run = new DemoRun(stage);
    long before = stage.model().calls(run.tally());
    run.answer(
        new BufferedReader(new StringReader(requests)),
        0,
        (result, body) -> {
          note(result, body, versions);
          samples.arrived(result, body);
        },
        Progress.onStandardOutput("results"));
    DemoCounts figures = new DemoCounts(run.tally(), stage.model().calls(run.tally()) - before);
    samples.lines().stream().limit(3).forEach(System.out::println);
    System.out.printf("%nprompt %s: %s%n%n", String.join(", ", versions), figures);
    return new Round(figures, versions);
  }

  private static void note(Result result, JsonNode body, Set<String> versions) {
    if (result.status().equals("explained")) {
      synchronized (versions) {
        versions.add(body.path("promptVersion").asText());
      }
    }
  }
}
