package dev.explanations.lab.bench.rig;

import dev.explanations.lab.bench.baseline.WorkerBuild;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.simulator.script.Behaviour;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One kind of run, on a broker of its own. */
public abstract class Scenario implements Callable<Integer> {

  @Mixin private WorkerOptions options = new WorkerOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Behaviour of Gemini at the start. */
  public abstract Behaviour behaviour();

  /** Its own parameters, for the title of a run. */
  public abstract List<String> parameters();

  /** Runs it once on a rig where no worker runs yet. */
  public abstract void measure(BenchRig rig, Report report) throws Exception;

  public String heap() {
    return "1g";
  }

  /** Settings that the worker needs for this scenario. */
  public Map<String, String> settings() {
    return Map.of();
  }

  /** PARTITIONS, unless another number is chosen. */
  public int usualPartitions() {
    return 8;
  }

  /** STREAM_THREADS, unless another number is chosen. */
  int usualThreads() {
    return 2;
  }

  /** GEMINI_MAX_IN_FLIGHT, unless another is chosen. */
  public int usualInFlight() {
    return 256;
  }

  public final int inFlight() {
    return options.inFlight(usualInFlight());
  }

  public final WorkerOptions options() {
    return options;
  }

  @Override
  public final Integer call() throws Exception {
    Path build = options.build;
    if (options.pairs == 0) {
      run(build);
    } else if (build == null) {
      throw new ParameterException(spec.commandLine(), "--pairs wants the other --build");
    } else {
      compare(build, options.pairs);
    }
    return 0;
  }

  /** The order changes from pair to pair; a run before them warms up simulator and load. */
  private void compare(Path other, int pairs) throws Exception {
    run(other);
    Comparison comparison = new Comparison();
    for (int i = 0; i < pairs; i++) {
      if (i % 2 == 0) {
        List<Report.Line> before = run(other);
        comparison.add(before, run(null));
      } else {
        List<Report.Line> after = run(null);
        comparison.add(run(other), after);
      }
    }
    Report report = new Report(spec.commandLine().getOut());
    report.heading(
        "%s: medians of %d pairs, before %s, after this build; ratios with least and most"
            .formatted(spec.name(), pairs, other));
    comparison.report(report);
  }

  /**
   * Runs it once.
   *
   * @param build of the worker; {@code null} is this one
   */
  private List<Report.Line> run(@Nullable Path build) throws Exception {
    List<String> jvmArguments = options.jvmArguments(heap());
    Report report = new Report(spec.commandLine().getOut());
    List<String> worker = new ArrayList<>(List.of("in-flight " + inFlight()));
    if (build != null) {
      worker.add("build " + build);
    }
    Map<String, String> settings = new HashMap<>(settings());
    settings.put("GEMINI_MAX_IN_FLIGHT", Integer.toString(inFlight()));
    settings.put("PARTITIONS", Integer.toString(usualPartitions()));
    settings.put("STREAM_THREADS", Integer.toString(usualThreads()));
    worker.addAll(options.shown(options.environment(settings)));
    report.title(spec.name(), parameters(), worker, jvmArguments);
    List<String> all = new ArrayList<>(WorkerBuild.jvmArguments(build));
    all.addAll(jvmArguments);
    try (BenchRig rig = new BenchRig(options, settings, all, behaviour())) {
      measure(rig, report);
      report.line("warnings logged", rig.warnings().toString());
      Path logs = options.logs;
      if (logs != null) {
        rig.saveLogs(logs);
      }
    }
    return report.lines();
  }
}
