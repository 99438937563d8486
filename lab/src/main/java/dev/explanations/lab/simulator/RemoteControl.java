package dev.explanations.lab.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Predicate;

/** The JSON by which another process steers the simulator and reads its statistics. */
final class RemoteControl {

  private final ObjectMapper json;
  private final Script script;
  private final Counters counters;

  RemoteControl(ObjectMapper json, Script script, Counters counters) {
    this.json = json;
    this.script = script;
    this.counters = counters;
  }

  /** Statistics as JSON; prompts only by their number, for there may be many. */
  String statistics() {
    Statistics statistics = counters.read();
    ObjectNode root = json.createObjectNode();
    root.put("calls", statistics.calls())
        .put("inFlight", statistics.inFlight())
        .put("peakInFlight", statistics.peakInFlight())
        .put("distinctPrompts", statistics.byPrompt().size())
        .put("repeatedCalls", statistics.repeatedCalls());
    root.set("byStatus", json.valueToTree(statistics.byStatus()));
    root.set("byModel", json.valueToTree(statistics.byModel()));
    return root.toString();
  }

  /**
   * Takes {@code {"reply": "overloaded", "latency": "200ms", "sigma": 0.5, "delay": "22s",
   * "promptContains": "...", "model": "...", "calls": 3}}, every field optional. {@code delay} is
   * the RetryInfo of {@code throttled} and the pause of {@code slow_body}. Without {@code
   * promptContains}, {@code model} and {@code calls} it holds for all calls that no rule matches.
   *
   * @throws IllegalArgumentException in words for the caller when the body makes no sense
   */
  void behave(byte[] body) throws IOException {
    JsonNode root = json.readTree(body);
    Behaviour behaviour = new Behaviour(latency(root), reply(root));
    if (!root.has("promptContains") && !root.has("model") && !root.has("calls")) {
      script.otherwise(behaviour);
    } else if (root.has("calls")) {
      script.add(when(root), behaviour, root.path("calls").asInt());
    } else {
      script.add(when(root), behaviour);
    }
  }

  private static Predicate<Call> when(JsonNode root) {
    String text = root.path("promptContains").asText("");
    String model = root.path("model").asText("");
    return call ->
        call.userText().contains(text) && (model.isEmpty() || call.model().equals(model));
  }

  private static Latency latency(JsonNode root) {
    Duration latency = duration(root, "latency");
    double sigma = root.path("sigma").asDouble();
    return sigma == 0 ? new Latency.Fixed(latency) : new Latency.LogNormal(latency, sigma);
  }

  private static Reply reply(JsonNode root) {
    String name = root.path("reply").asText("answer").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "answer" -> new Reply.Answer();
      case "throttled" -> new Reply.Throttled(duration(root, "delay"));
      case "slow_body" -> new Reply.SlowBody(duration(root, "delay"));
      case "hang" -> new Reply.Hang();
      case "reset" -> new Reply.Reset();
      default ->
          Arrays.stream(Reply.Canned.values())
              .filter(canned -> canned.wireName().equals(name))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("unknown reply '" + name + "'"));
    };
  }

  private static Duration duration(JsonNode root, String field) {
    return Durations.parse(root.path(field).asText("0"));
  }
}
