package dev.explanations.lab.soak;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** How long and how hard a soak is. */
final class SoakOptions {

  @Option(
      names = "--minutes",
      defaultValue = "30",
      description = "How long requests come. Default: ${DEFAULT-VALUE}.")
  double minutes = 30;

  @Option(
      names = "--idle",
      defaultValue = "0",
      description = "How many minutes it rests afterwards. Default: ${DEFAULT-VALUE}.")
  double idleMinutes;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same requests and faults for the same seed. Default: ${DEFAULT-VALUE}.")
  long seed = 1;

  @Option(
      names = "--rate",
      defaultValue = "12",
      description = "Requests a second, most of the time. Default: ${DEFAULT-VALUE}.")
  double rate = 12;

  @Option(
      names = "--overload",
      defaultValue = "40",
      description = {
        "The same for a tenth of the time, all of new questions: more than can be answered.",
        "Default: ${DEFAULT-VALUE}."
      })
  double overload = 40;

  @Option(
      names = "--workers",
      defaultValue = "3",
      description = "How many run. Default: ${DEFAULT-VALUE}.")
  int workers = 3;

  Duration busy() {
    return Duration.ofMillis(Math.round(minutes * 60_000));
  }

  Duration idle() {
    return Duration.ofMillis(Math.round(idleMinutes * 60_000));
  }

  List<String> workerNames() {
    return IntStream.rangeClosed(1, workers).mapToObj(i -> "w" + i).toList();
  }
}
