package dev.explanations.lab.simulator.script;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The vocabulary of {@code /behave} and {@code /scenario}. */
public final class BehaviourJson {

  private BehaviourJson() {}

  /**
   * Of {@code {"reply": "overloaded", "latency": "200ms", "sigma": 0.5, "delay": "22s", "quota":
   * 60}}, every field optional. {@code delay} is the RetryInfo of {@code throttled} and the pause
   * of {@code slow_body}; {@code quota} is in calls per minute.
   *
   * @throws IllegalArgumentException in words for the caller when it makes no sense
   */
  public static Behaviour behaviour(JsonNode root) {
    return new Behaviour(latency(root), reply(root), quota(root));
  }

  /**
   * Of {@code {"name": "...", "repeat": false, "phases": [{"name": "...", "duration": "20s",
   * ...}]}} where a phase has the fields of a behaviour too. Only phases are required; the last one
   * may lack a duration.
   *
   * @throws IllegalArgumentException in words for the caller when it makes no sense
   */
  public static Timeline timeline(JsonNode root) {
    List<Timeline.Phase> phases = new ArrayList<>();
    for (JsonNode phase : root.path("phases")) {
      String name = phase.path("name").asText("phase " + (phases.size() + 1));
      Duration lasts = phase.has("duration") ? duration(phase, "duration") : null;
      phases.add(new Timeline.Phase(name, behaviour(phase), lasts));
    }
    return new Timeline(
        root.path("name").asText("scenario"), phases, root.path("repeat").asBoolean());
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

  private static @Nullable Quota quota(JsonNode root) {
    return root.has("quota") ? Quota.perMinute(root.path("quota").asInt()) : null;
  }

  private static Duration duration(JsonNode root, String field) {
    return Durations.parse(root.path(field).asText("0"));
  }
}
