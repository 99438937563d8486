package dev.explanations.lab.soak.watch;

import dev.explanations.lab.guarantees.Observation.Emitted;
import dev.explanations.lab.guarantees.Observation.MetricsRead;
import dev.explanations.lab.guarantees.Witness;
import dev.explanations.lab.watch.Poller;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks every responsive worker for metrics and health every five seconds, on a thread of its own.
 */
public final class FleetReader implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** A name with its labels, and a number, as in the Prometheus text format. */
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+(?:\\{.*\\})?) (\\S+)$");

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Supplier<Map<String, Integer>> portsByLife;
  private final Witness witness;
  private final Vitals vitals;
  private final long start = System.nanoTime();
  private final Poller poller;

  public FleetReader(Supplier<Map<String, Integer>> portsByLife, Witness witness, Vitals vitals) {
    this.portsByLife = portsByLife;
    this.witness = witness;
    this.vitals = vitals;
    this.poller = Poller.start("fleet", INTERVAL, this::look);
  }

  /** Ends the reading after each worker has been asked once more. */
  @Override
  public void close() {
    poller.close();
    try {
      look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }

  private void look() throws InterruptedException {
    for (Map.Entry<String, Integer> worker : portsByLife.get().entrySet()) {
      String life = worker.getKey();
      Optional<String> metrics = get(worker.getValue(), "/metrics");
      if (metrics.isPresent()) {
        told(life, "metrics", metrics.get());
        Map<String, Double> values = values(metrics.get());
        witness.saw(new MetricsRead(System.nanoTime(), life, values));
        vitals.add(life, sample(values));
      }
      get(worker.getValue(), "/api/health").ifPresent(body -> told(life, "health", body));
    }
  }

  private void told(String life, String what, String text) {
    witness.saw(new Emitted(System.nanoTime(), what + " of " + life, text));
  }

  /** Empty when the worker does not answer, for instance since it was stopped. */
  private Optional<String> get(int port, String path) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(TIMEOUT)
            .build();
    try {
      return Optional.of(client.send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Map<String, Double> values(String text) {
    Map<String, Double> values = new HashMap<>();
    Matcher sample = SAMPLE.matcher(text);
    while (sample.find()) {
      values.put(sample.group(1), Double.parseDouble(sample.group(2)));
    }
    return values;
  }

  private Vitals.Sample sample(Map<String, Double> values) {
    double heap =
        values.entrySet().stream()
            .filter(value -> value.getKey().startsWith("jvm_memory_used_bytes{area=\"heap\""))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    return new Vitals.Sample(
        Duration.ofNanos(System.nanoTime() - start),
        heap,
        values.getOrDefault("jvm_threads_live_threads", 0.0),
        values.getOrDefault("process_files_open_files", 0.0));
  }
}
