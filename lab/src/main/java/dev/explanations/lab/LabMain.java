package dev.explanations.lab;

import dev.explanations.lab.bench.BenchCommand;
import dev.explanations.lab.demo.DemoCommand;
import dev.explanations.lab.simulator.script.Durations;
import dev.explanations.lab.soak.SoakCommand;
import dev.explanations.worker.explanation.ErrorCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.TypeConversionException;

/** The lab's command line. */
@Command(
    name = "lab",
    description = "Tools around the Explanation Worker; none of them ships.",
    mixinStandardHelpOptions = true,
    subcommands = {
      DemoCommand.class,
      BrokerCommand.class,
      CertificatesCommand.class,
      SimulatorCommand.class,
      SubmitCommand.class,
      RedriveCommand.class,
      WarmCommand.class,
      BenchCommand.class,
      SoakCommand.class
    })
public final class LabMain {

  /** Exit codes: 0 done, 1 failed, or not all that was asked for, 2 wrong usage. */
  public static void main(String[] arguments) {
    // figures are read again by machines
    Locale.setDefault(Locale.ROOT);
    // before the first logger: the worker's own configuration is on the class path too
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "logback-lab.xml");
    }
    System.exit(commandLine().execute(arguments));
  }

  private static ErrorCode errorCode(String wireName) {
    return ErrorCode.ofWireName(wireName)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is none of %s"
                        .formatted(
                            wireName,
                            Arrays.stream(ErrorCode.values())
                                .map(ErrorCode::wireName)
                                .collect(Collectors.joining(", ")))));
  }

  /** The whole command line, for instance to see whether a command exists. */
  public static CommandLine commandLine() {
    return new CommandLine(new LabMain())
        .registerConverter(Duration.class, Durations::parse)
        .registerConverter(ErrorCode.class, LabMain::errorCode)
        .setExecutionExceptionHandler(
            (exception, commandLine, parsed) -> {
              commandLine
                  .getErr()
                  .println(
                      "error: "
                          + Objects.requireNonNullElse(
                              exception.getMessage(), exception.toString()));
              return CommandLine.ExitCode.SOFTWARE;
            });
  }
}
