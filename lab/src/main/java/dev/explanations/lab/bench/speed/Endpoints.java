package dev.explanations.lab.bench.speed;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.rig.AnswerTimes;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.BenchTopics;
import dev.explanations.lab.bench.rig.Scenario;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.submit.Pacer;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "endpoints",
    description = {
      "Health and figures over HTTP while requests are in the works: how soon does each answer?",
      "Calls hang, as many as may run; all other requests wait."
    })
public final class Endpoints extends Scenario {

  private static final List<String> PATHS =
      List.of("/metrics", "/api/metrics", "/api/health", "/ready");

  @Option(names = "--requests", defaultValue = "10000", description = "In the works meanwhile.")
  private int requests;

  @Option(
      names = "--asks",
      defaultValue = "200",
      description = "Of each endpoint, that are measured.")
  private int asks;

  @Option(names = "--rate", defaultValue = "10", description = "Asks per second of each endpoint.")
  private double rate;

  @Option(names = "--warm-up", defaultValue = "50", description = "Asks of each before.")
  private int warmUp;

  @Override
  public Behaviour behaviour() {
    return Behaviour.of(new Reply.Hang());
  }

  @Override
  public List<String> parameters() {
    return List.of(
        "requests " + requests,
        "asks " + asks + " at %.0f/s".formatted(rate),
        "warm-up " + warmUp + " asks");
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("GEMINI_TIMEOUT", "10m", "REQUEST_TIMEOUT", "1h");
  }

  @Override
  public void measure(BenchRig rig, Report report) throws Exception {
    WorkerProcess worker = rig.start("w1");
    Load load = rig.load(requests);
    BenchTopics cluster = rig.cluster();
    load.ask(requests, 0, i -> i);
    cluster.awaitTakenIn(requests, options().timeout());
    report.line(
        "in the works",
        "%,d requests, of which %,d are being called"
            .formatted(load.waiting(), rig.gemini().statistics().inFlight()));

    try (HttpClient client = HttpClient.newHttpClient()) {
      ask(client, worker, warmUp);
      for (AnswerTimes each : ask(client, worker, asks)) {
        each.report(report);
      }
    }
    report.line("still in the works", "%,d requests".formatted(load.waiting()));
  }

  /** Each in turn, one at a time, so that none waits for another. */
  private List<AnswerTimes> ask(HttpClient client, WorkerProcess worker, int times)
      throws Exception {
    List<AnswerTimes> all = new ArrayList<>();
    for (String path : PATHS) {
      all.add(new AnswerTimes(client, worker.uri(path), times));
    }
    Pacer pacer = new Pacer(rate * PATHS.size());
    for (int i = 0; i < times; i++) {
      for (AnswerTimes each : all) {
        pacer.await();
        each.ask();
      }
    }
    return all;
  }
}
