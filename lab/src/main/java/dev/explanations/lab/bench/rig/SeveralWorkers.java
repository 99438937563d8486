package dev.explanations.lab.bench.rig;

import dev.explanations.lab.process.WorkerProcess;
import java.util.List;
import java.util.stream.IntStream;

/** Runs with more than one worker, sized so that all of them fit on a small machine. */
public abstract class SeveralWorkers extends Scenario {

  @Override
  public int usualInFlight() {
    return 64;
  }

  /** The same share for one worker, two, three or four of them. */
  @Override
  public int usualPartitions() {
    return 12;
  }

  @Override
  int usualThreads() {
    return 1;
  }

  @Override
  public String heap() {
    return "256m";
  }

  public static String name(int number) {
    return "w" + number;
  }

  /**
   * Starts workers at the same time.
   *
   * @param first number of the first
   * @return all of them, ready
   */
  public final List<WorkerProcess> start(BenchRig rig, int first, int count, String... settings) {
    List<WorkerProcess> workers =
        IntStream.range(first, first + count)
            .mapToObj(number -> rig.launch(name(number), settings))
            .toList();
    workers.forEach(worker -> worker.awaitReady(options().timeout()));
    return workers;
  }
}
