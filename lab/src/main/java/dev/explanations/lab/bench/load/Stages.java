package dev.explanations.lab.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of a steady load, one after another. Used by one thread. */
public final class Stages {

  private final Load load;
  private final SteadyLoad asking;
  private final List<Stage> ended = new ArrayList<>();
  private @Nullable Stage running;

  /**
   * @param from the first request's number
   * @param to the number after the last one's; not yet known while it runs
   */
  private record Stage(String name, int from, int to) {}

  public Stages(Load load, SteadyLoad asking) {
    this.load = load;
    this.asking = asking;
  }

  /** Assigns requests from now on to this stage. */
  public void begin(String name) {
    end();
    int first = load.requests();
    running = new Stage(name, first, first);
  }

  /** Assigns requests from now on to no stage. */
  public void end() {
    Stage last = running;
    if (last != null) {
      ended.add(new Stage(last.name(), last.from(), load.requests()));
      running = null;
    }
  }

  public void goOnFor(Duration time) throws InterruptedException {
    asking.goOnFor(time);
  }

  /** A line for each, when all is answered, and their p99 side by side. */
  public void report(Report report) {
    end();
    List<String> sideBySide = new ArrayList<>();
    for (Stage stage : ended) {
      Phase phase = load.phase(stage.from(), stage.to());
      sideBySide.add(stage.name() + " " + Report.millis(phase.latency(0.99)));
      report.latencies(stage.name(), phase);
    }
    report.line("p99", String.join(" | ", sideBySide));
  }
}
