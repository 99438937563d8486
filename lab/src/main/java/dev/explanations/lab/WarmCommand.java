package dev.explanations.lab;

import dev.explanations.lab.submit.Progress;
import dev.explanations.lab.warm.WarmUp;
import dev.explanations.lab.warm.WarmUpRequests;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.settings.InvalidSettingsException;
import dev.explanations.worker.settings.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "warm",
    description = {
      "Fills the caches of a worker: asks for each explanation once, and for no result.",
      "Looks into the worker's store until they are there. What is no option here, such as"
          + " GEMINI_MODEL, PROMPT_CANDIDATE_FILE, TOPIC_REQUESTS or KAFKA_*, comes from the"
          + " environment as it does for the worker, and must be the same.",
      "Exits with 1 unless every line is a request whose explanation is there in the end."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class WarmCommand implements Callable<Integer> {

  private static final int REFUSALS_SHOWN = 10;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ApplicationOptions application = new ApplicationOptions();

  @Parameters(
      paramLabel = "FILE",
      showDefaultValue = Visibility.NEVER,
      description = "Requests, one JSON object a line.")
  private Path file = Path.of("");

  @Option(
      names = "--max-age",
      paramLabel = "DURATION",
      showDefaultValue = Visibility.NEVER,
      description =
          "Makes explanations anew that are older, all of them with 0s. Default: any will do.")
  private @Nullable Duration maxAge;

  @Option(
      names = "--prompt",
      paramLabel = "FILE",
      showDefaultValue = Visibility.NEVER,
      description = "The worker's prompt. Default: PROMPT_FILE, or the one in the jar.")
  private @Nullable Path prompt;

  @Option(
      names = "--candidate-share",
      defaultValue = "0",
      description =
          "Share of questions that the worker asks with PROMPT_CANDIDATE_FILE, as GET /api/prompt"
              + " tells it.")
  private double candidateShare;

  @Option(
      names = "--rate",
      defaultValue = "10",
      description = "Requests per second; 0 is no limit.")
  private double rate;

  @Option(
      names = "--timeout",
      defaultValue = "2m",
      description =
          "How long to wait for one more explanation when all are asked for. What comes later, is"
              + " blocked or has failed too often counts as missing.")
  private Duration timeout = Duration.ZERO;

  @Override
  public Integer call() throws IOException {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    Settings settings =
        application.settings(
            commandLine, prompt == null ? Map.of() : Map.of("PROMPT_FILE", prompt.toString()));
    Prompts prompts = prompts(settings, commandLine);
    WarmUpRequests wishes;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      wishes = WarmUpRequests.read(lines, prompts::keyOf, maxAge);
    }
    wishes.refused().stream().limit(REFUSALS_SHOWN).forEach(spec.commandLine().getErr()::println);
    WarmUp.Report report;
    try (WarmUp warmUp = new WarmUp(settings, wishes, maxAge);
        Progress progress = Progress.onStandardOutput("explanations")) {
      report = warmUp.run(rate, timeout, progress);
    }
    System.out.printf(
        "%,d lines, %,d explanations in %.1f s%n",
        wishes.lines(), wishes.requests().size(), report.took().toNanos() / 1e9);
    System.out.printf(
        "%d were there, %d are there, %d missing, %d lines refused%n",
        report.before(), report.there(), report.missing(), wishes.refused().size());
    return report.missing() == 0 && wishes.refused().isEmpty() ? 0 : 1;
  }

  private Prompts prompts(Settings settings, CommandLine commandLine) {
    try {
      return Prompts.of(settings, () -> candidateShare);
    } catch (InvalidSettingsException e) {
      throw new ParameterException(commandLine, String.join(System.lineSeparator(), e.problems()));
    }
  }
}
