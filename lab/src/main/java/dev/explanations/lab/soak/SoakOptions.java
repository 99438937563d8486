package dev.explanations.lab.soak;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** Options of a soak: its duration, load, seed and number of workers. */
final class SoakOptions {

  @Option(names = "--minutes", defaultValue = "30", description = "How long requests come.")
  double minutes = 30;

  @Option(
      names = "--idle",
      defaultValue = "0",
      description = "How many minutes it rests afterwards.")
  double idleMinutes;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same requests and faults for the same seed.")
  long seed = 1;

  @Option(
      names = "--rate",
      defaultValue = "12",
      description = "Requests a second, most of the time.")
  double rate = 12;

  @Option(
      names = "--overload",
      defaultValue = "40",
      description =
          "The same for a tenth of the time, all of new questions: more than can be answered.")
  double overload = 40;

  @Option(names = "--workers", defaultValue = "3", description = "How many run.")
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
