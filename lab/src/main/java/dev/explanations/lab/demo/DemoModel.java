package dev.explanations.lab.demo;

import dev.explanations.lab.Resources;
import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.Tally;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Model of the demo: the simulator, or the real Gemini. */
sealed interface DemoModel {

  /**
   * Chooses the real Gemini if the environment has a key for it, else starts a simulator.
   *
   * @param environment of this process
   */
  static DemoModel choose(Map<String, String> environment, Resources resources) {
    if (hasKey(environment)) {
      return new Gemini(
          environment.entrySet().stream()
              .filter(
                  entry ->
                      entry.getKey().startsWith("GOOGLE_") || entry.getKey().startsWith("GEMINI_"))
              .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
    }
    return new Simulated(
        resources.add(GeminiSimulator.start(Behaviour.answer(Simulated.LATENCY))),
        "%d ms a call; set GOOGLE_API_KEY for the real one"
            .formatted(Simulated.LATENCY.toMillis()));
  }

  /**
   * Starts a simulator, whether the environment has a key or not.
   *
   * @param environment of this process
   */
  static Simulated simulator(
      Behaviour behaviour, Map<String, String> environment, Resources resources) {
    return new Simulated(
        resources.add(GeminiSimulator.start(behaviour)),
        hasKey(environment)
            ? "not the real one, although an API key is set: it would not fail on demand"
            : "since the real one does not fail on demand");
  }

  private static boolean hasKey(Map<String, String> environment) {
    return environment.containsKey("GOOGLE_API_KEY") || environment.containsKey("GEMINI_API_KEY");
  }

  /** Line about the model, printed at the start. */
  String description();

  /** One phrase for the list of what is running. */
  String address();

  /** Settings with which the worker calls this model. */
  Map<String, String> settings();

  /** Number of calls made for these results. */
  long calls(Tally tally);

  /**
   * The real Gemini. The worker gets all {@code GOOGLE_*} and {@code GEMINI_*} variables of the
   * environment, so a model can be chosen there.
   */
  record Gemini(Map<String, String> settings) implements DemoModel {
    @Override
    public String description() {
      return "asking the real Gemini, because an API key is set: each call costs money";
    }

    @Override
    public String address() {
      return "the real Gemini";
    }

    @Override
    public long calls(Tally tally) {
      return tally.from("gemini");
    }
  }

  /**
   * The simulator. Nothing of the environment reaches the worker, so every run is the same.
   *
   * @param remark end of the description
   */
  record Simulated(GeminiSimulator simulator, String remark) implements DemoModel {
    private static final Duration LATENCY = Duration.ofMillis(200);

    @Override
    public String description() {
      return "asking a Gemini simulator on %s, %s".formatted(simulator.baseUrl(), remark);
    }

    @Override
    public String address() {
      return "simulator " + simulator.baseUrl();
    }

    @Override
    public Map<String, String> settings() {
      return Map.of("GOOGLE_API_KEY", "any", "GOOGLE_GEMINI_BASE_URL", simulator.baseUrl());
    }

    @Override
    public long calls(Tally tally) {
      return simulator.calls();
    }
  }
}
