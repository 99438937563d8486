package dev.explanations.lab.faults.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.guarantees.Observation.Order;
import dev.explanations.lab.guarantees.Observation.OrderSent;
import dev.explanations.lab.guarantees.Observation.Ordered;
import dev.explanations.lab.guarantees.Witness;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives orders to any responsive worker over HTTP, and reports them. Thread-safe. */
public final class OperatorCommands implements AutoCloseable {

  /** A command for all workers may take five seconds. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final Duration INSISTENCE = Duration.ofMinutes(2);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);

  /** Dead letters that one order sends back at most: all of an hour would be a load of its own. */
  private static final int REDRIVEN = 50;

  private static final String NO_TARGET = "";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Fleet fleet;
  private final Witness witness;
  private final @Nullable String token;

  /**
   * @param token {@code CONTROL_TOKEN} of the workers, if they have one
   */
  public OperatorCommands(Fleet fleet, Witness witness, @Nullable String token) {
    this.fleet = fleet;
    this.witness = witness;
    this.token = token;
  }

  /**
   * Gives an order once. An order that forbids is reported when every worker has applied it; one
   * that allows, such as a reset, when it is sent, since it may be carried out unanswered.
   *
   * @param target the topic of an {@code INVALIDATE}; empty otherwise
   * @param choice selects the worker; any number
   * @throws IOException when no worker answered with 2xx; it may have been carried out
   */
  public void give(Order order, String target, int choice)
      throws IOException, InterruptedException {
    List<Life> responsive = fleet.live().stream().filter(Life::isResponsive).toList();
    if (responsive.isEmpty()) {
      throw new IOException("no worker to take " + order);
    }
    Life life = responsive.get(Math.floorMod(choice, responsive.size()));
    long sent = System.nanoTime();
    witness.saw(new OrderSent(sent, order));
    switch (order) {
      case RESUME, RESET_BREAKER, REDRIVE -> {
        witness.saw(new Ordered(sent, sent, order, target));
        JsonNode _ = send(life, order, target);
      }
      case CLEAR, INVALIDATE, PAUSE, OPEN_BREAKER -> {
        JsonNode answer = send(life, order, target);
        if (answer.path("missing").isEmpty()) {
          witness.saw(new Ordered(System.nanoTime(), sent, order, target));
        }
      }
    }
  }

  /** Gives an order without a target again and again, until a worker has taken it. */
  public void insist(Order order) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + INSISTENCE.toNanos();
    for (int attempt = 0; ; attempt++) {
      try {
        give(order, NO_TARGET, attempt);
        return;
      } catch (IOException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        Thread.sleep(BETWEEN_ATTEMPTS);
      }
    }
  }

  private JsonNode send(Life life, Order order, String target)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(life.uri(path(order)))
            .timeout(TIMEOUT)
            .POST(BodyPublishers.ofString(body(order, target)));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    var response = client.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "%s to %s: %d %s".formatted(order, life.name(), response.statusCode(), response.body()));
    }
    return JSON.readTree(response.body());
  }

  private static String path(Order order) {
    return switch (order) {
      case CLEAR -> "/api/cache/clear";
      case INVALIDATE -> "/api/cache/invalidate";
      case PAUSE -> "/api/worker/pause";
      case RESUME -> "/api/worker/resume";
      case OPEN_BREAKER -> "/api/circuit-breaker/google_ai/open";
      case RESET_BREAKER -> "/api/circuit-breaker/google_ai/reset";
      case REDRIVE -> "/api/dead-letters/redrive";
    };
  }

  private static String body(Order order, String target) {
    return switch (order) {
      case INVALIDATE -> JSON.createObjectNode().put("topic", target).toString();
      case REDRIVE -> JSON.createObjectNode().put("limit", REDRIVEN).toString();
      case CLEAR, PAUSE, RESUME, OPEN_BREAKER, RESET_BREAKER -> "";
    };
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
