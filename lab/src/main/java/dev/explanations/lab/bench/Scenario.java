package dev.explanations.lab.bench;

import dev.explanations.lab.simulator.Behaviour;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One kind of run: with each guarantee that is asked for, on a broker of its own. */
abstract class Scenario implements Callable<Integer> {

  static final String EXACTLY_ONCE = "exactly_once_v2";
  static final String AT_LEAST_ONCE = "at_least_once";

  @Mixin private WorkerOptions options = new WorkerOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  /** What Gemini does at first. */
  abstract Behaviour behaviour();

  /** Its own parameters, for the title of a run. */
  abstract List<String> parameters();

  /** Runs it once on a rig where no worker runs yet. */
  abstract void measure(BenchRig rig, Report report) throws Exception;

  List<String> guarantees() {
    return List.of(EXACTLY_ONCE);
  }

  String heap() {
    return "1g";
  }

  /** Settings that the worker needs for this scenario. */
  Map<String, String> settings() {
    return Map.of();
  }

  /** GEMINI_MAX_IN_FLIGHT, unless another is chosen. */
  int usualInFlight() {
    return 256;
  }

  final int inFlight() {
    return options.inFlight(usualInFlight());
  }

  final WorkerOptions options() {
    return options;
  }

  @Override
  public final Integer call() throws Exception {
    for (String guarantee : options.guarantees(guarantees())) {
      String heap = options.heap(heap());
      Report report = new Report(spec.commandLine().getOut());
      List<String> worker = new ArrayList<>(List.of("in-flight " + inFlight()));
      worker.addAll(options.shown());
      report.title(spec.name(), parameters(), worker, guarantee, heap);
      Map<String, String> settings = new HashMap<>(settings());
      settings.put("GEMINI_MAX_IN_FLIGHT", Integer.toString(inFlight()));
      try (BenchRig rig = new BenchRig(options, settings, guarantee, heap, behaviour())) {
        measure(rig, report);
        report.line("warnings logged", rig.warnings().toString());
        Path logs = options.logs();
        if (logs != null) {
          rig.saveLogs(logs);
        }
      }
    }
    return 0;
  }
}
