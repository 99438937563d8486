package dev.explanations.lab.bench.rig;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.simulator.CallListener;
import dev.explanations.lab.simulator.script.Call;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.policy.Prices;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Bill of the simulator: the answers that reached a worker, by the prices in the worker's jar.
 * Workers are told apart by their API keys. Thread-safe.
 */
public final class BilledCalls implements CallListener {

  private final Prices prices = Prices.of(null);
  private final ObjectMapper json = new ObjectMapper();
  private final Map<Long, String> running = new HashMap<>();
  private final Set<String> dead = new HashSet<>();
  private Charge delivered = Charge.NONE;
  private Usd dearest = Usd.ZERO;

  @Override
  public synchronized void began(long number, Call call, String key, long nanos) {
    running.put(number, key);
  }

  @Override
  public synchronized void ended(
      long number, Reply reply, int status, String body, boolean arrived, long nanos) {
    String key = running.remove(number);
    if (status == 200 && arrived && !dead.contains(key)) {
      Charge charge = charge(body);
      delivered = delivered.plus(charge);
      dearest = dearest.max(charge.cost());
    }
  }

  private Charge charge(String body) {
    try {
      JsonNode answer = json.readTree(body);
      JsonNode tokens = answer.path("usageMetadata");
      Usage usage =
          new Usage(
              tokens.path("promptTokenCount").asInt(),
              tokens.path("candidatesTokenCount").asInt(),
              tokens.path("totalTokenCount").asInt());
      String model = answer.path("modelVersion").asText();
      return Charge.of(
          usage, prices.cost(model, Prices.STANDARD, usage, 0, Instant.now()).orElse(null));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the simulator's own answer", e);
    }
  }

  /** The worker with that key is dead: its machine may take an answer, but nobody reads it. */
  public synchronized void died(String key) {
    dead.add(key);
  }

  /** Sum of the answers that live workers were sent. */
  public synchronized Charge delivered() {
    return delivered;
  }

  public synchronized Usd dearest() {
    return dearest;
  }

  /** Calls of one worker that have no reply yet. */
  public synchronized int running(String key) {
    return (int) running.values().stream().filter(key::equals).count();
  }
}
