package dev.explanations.lab.bench.hostile;

import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.bench.load.Stages;
import dev.explanations.lab.bench.rig.BenchRig;
import dev.explanations.lab.bench.rig.UnderSteadyLoad;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.submit.Pacer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "wrong-tokens",
    description = "Somebody guesses the control token under a steady load: do requests notice?")
public final class WrongTokens extends UnderSteadyLoad {

  private static final String PATH = "/api/circuit-breaker/google_ai/open";

  @Option(names = "--tokens", defaultValue = "10000")
  private int tokens;

  @Option(
      names = "--connections",
      defaultValue = "8",
      description = "To guess over, each after its last answer.")
  private int connections;

  @Option(
      names = "--guesses-per-second",
      defaultValue = "0",
      description = "Over all connections; 0 is as fast as they are answered.")
  private double guessesPerSecond;

  private final AtomicInteger guesses = new AtomicInteger();
  private final Map<Integer, Long> statuses = new TreeMap<>();

  @Override
  public List<String> parameters() {
    return List.of(
        steadyLoad(),
        "tokens " + tokens,
        "connections " + connections,
        guessesPerSecond == 0
            ? "as fast as they are answered"
            : "%,.0f guesses/s".formatted(guessesPerSecond));
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("CONTROL_TOKEN", "the-right-token");
  }

  @Override
  public int workersAtFirst() {
    return 1;
  }

  @Override
  public void disturb(BenchRig rig, List<WorkerProcess> workers, Stages stages, Report report)
      throws InterruptedException {
    guesses.set(0);
    statuses.clear();
    stages.begin("wrong tokens");
    long start = System.nanoTime();
    guessAll(workers.getFirst());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    report.line(
        "guessed",
        "%,d in %s, %,.0f/s, answered %s"
            .formatted(tokens, Report.seconds(took), Report.perSecond(tokens, took), statuses));
  }

  private void guessAll(WorkerProcess worker) throws InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<?>> guessers =
          IntStream.range(0, connections)
              .<Future<?>>mapToObj(i -> threads.submit(() -> guess(worker)))
              .toList();
      for (Future<?> guesser : guessers) {
        guesser.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a guess was not answered", e.getCause());
    }
  }

  private Void guess(WorkerProcess worker) throws Exception {
    Pacer pacer = new Pacer(guessesPerSecond / connections);
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = guesses.getAndIncrement(); i < tokens; i = guesses.getAndIncrement()) {
        pacer.await();
        HttpRequest request =
            HttpRequest.newBuilder(worker.uri(PATH))
                .header("Authorization", "Bearer guess-" + i)
                .POST(BodyPublishers.noBody())
                .build();
        int status = client.send(request, BodyHandlers.discarding()).statusCode();
        synchronized (statuses) {
          statuses.merge(status, 1L, Long::sum);
        }
      }
    }
    return null;
  }
}
