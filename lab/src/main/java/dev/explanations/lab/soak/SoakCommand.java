package dev.explanations.lab.soak;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "soak",
    description = {
      "Workers, three brokers, Redis and Gemini under load and random faults, judged by all",
      "guarantees. Exit code 1 when one was violated."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class SoakCommand implements Callable<Integer> {

  @Mixin private SoakOptions options = new SoakOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--report", description = "Where the report goes, besides the standard output.")
  private @Nullable Path file;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    SoakRun.Outcome outcome =
        new SoakRun(
                options,
                line -> {
                  out.println(
                      LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS)
                          + " "
                          + line);
                  out.flush();
                })
            .run();
    out.println(outcome.report());
    if (file != null) {
      Files.writeString(file, outcome.report());
    }
    return outcome.violations().isEmpty() ? 0 : 1;
  }
}
