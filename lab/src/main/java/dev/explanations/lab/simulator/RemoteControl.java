package dev.explanations.lab.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.BehaviourJson;
import dev.explanations.lab.simulator.script.Call;
import dev.explanations.lab.simulator.script.Script;
import dev.explanations.lab.simulator.script.Timeline;
import dev.explanations.lab.simulator.script.TimelineListener;
import dev.explanations.lab.simulator.script.Timelines;
import dev.explanations.lab.simulator.statistics.Counters;
import dev.explanations.lab.simulator.statistics.Statistics;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;

/** The JSON by which another process steers the simulator and reads its statistics. */
final class RemoteControl {

  private final ObjectMapper json;
  private final Script script;
  private final Player player;
  private final Counters counters;

  RemoteControl(ObjectMapper json, Script script, Player player, Counters counters) {
    this.json = json;
    this.script = script;
    this.player = player;
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
    root.set("byPhase", json.valueToTree(statistics.byPhase()));
    player.playing().ifPresent(playing -> show(playing, root.putObject("scenario")));
    return root.toString();
  }

  String resetStatistics() {
    counters.reset();
    return statistics();
  }

  /**
   * Takes what {@link BehaviourJson#behaviour} reads, and {@code {"promptContains": "...", "model":
   * "...", "calls": 3}}. Without these three it holds for all calls that no rule matches, and ends
   * a scenario.
   *
   * @throws IllegalArgumentException in words for the caller when the body makes no sense
   */
  void behave(byte[] body) throws IOException {
    JsonNode root = json.readTree(body);
    Behaviour behaviour = BehaviourJson.behaviour(root);
    if (!root.has("promptContains") && !root.has("model") && !root.has("calls")) {
      player.stop();
      script.otherwise(behaviour);
    } else if (root.has("calls")) {
      script.add(when(root), behaviour, root.path("calls").asInt());
    } else {
      script.add(when(root), behaviour);
    }
  }

  /** Forgets rules, behaviour and scenario. */
  void behaveNormally() {
    player.stop();
    script.forget();
  }

  /**
   * Plays what {@link BehaviourJson#timeline} reads, or the built-in one of that {@code name} when
   * there are no phases.
   *
   * @throws IllegalArgumentException in words for the caller when the body makes no sense
   */
  void play(byte[] body) throws IOException {
    JsonNode root = json.readTree(body);
    Timeline timeline =
        root.has("phases") || !root.has("name")
            ? BehaviourJson.timeline(root)
            : Timelines.builtIn(root.path("name").asText());
    player.play(timeline, TimelineListener.NONE);
  }

  void stopPlaying() {
    player.stop();
  }

  private static void show(Player.Playing playing, ObjectNode target) {
    target
        .put("name", playing.scenario())
        .put("phase", playing.phase().name())
        .put("sinceMillis", playing.since().toMillis());
    Duration lasts = playing.phase().lasts();
    if (lasts != null) {
      target.put("lastsMillis", lasts.toMillis());
    }
  }

  private static Predicate<Call> when(JsonNode root) {
    String text = root.path("promptContains").asText("");
    String model = root.path("model").asText("");
    return call ->
        call.userText().contains(text) && (model.isEmpty() || call.model().equals(model));
  }
}
