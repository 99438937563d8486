package dev.explanations.worker;

import dev.explanations.worker.gemini.ExplanationModel;
import dev.explanations.worker.gemini.ModelClient;
import dev.explanations.worker.gemini.ModelHealth;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.metrics.Meters;
import dev.explanations.worker.settings.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/** Gemini's models, the preferred one first, each with its metrics and health. Thread-safe. */
final class WorkerModels implements AutoCloseable {

  /** Name of the preferred model's circuit breaker; the others append their model's name. */
  private static final String BREAKER = "google_ai";

  private final Settings.Gemini settings;
  private final List<ModelClient> clients = new ArrayList<>();
  private final Map<String, ModelHealth> byBreaker = new LinkedHashMap<>();

  /**
   * Builds the clients; makes no call.
   *
   * @param factory builds the client for a model's name
   * @throws StartException if there are no credentials
   */
  WorkerModels(
      Settings.Gemini settings,
      BiFunction<Settings.Gemini, String, ? extends ModelClient> factory,
      Meters meters) {
    this.settings = settings;
    names(settings)
        .forEach((breaker, name) -> byBreaker.put(breaker, create(factory, name, meters)));
  }

  /** Models' names by those of their circuit breakers, in the order of preference. */
  static Map<String, String> names(Settings.Gemini settings) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put(BREAKER, settings.model());
    settings.fallbackModels().forEach(model -> names.put(BREAKER + ":" + model, model));
    return names;
  }

  private ModelHealth create(
      BiFunction<Settings.Gemini, String, ? extends ModelClient> factory,
      String name,
      Meters meters) {
    try {
      ModelClient client = factory.apply(settings, name);
      clients.add(client);
      return new ModelHealth(meters.measured(client, name));
    } catch (RuntimeException e) {
      // the SDK looks for credentials here, and reports their absence by several exceptions
      throw new StartException("The Gemini client cannot be built: " + e.getMessage(), e);
    }
  }

  /** Models by their circuit breakers' names, in the order of preference. */
  Map<String, ExplanationModel> byBreaker() {
    return new LinkedHashMap<>(byBreaker);
  }

  /** Loads classes that the first answer would wait for; takes about a second. */
  void warmUp() {
    clients.forEach(ModelClient::warmUp);
  }

  /** Present trouble of the preferred model. */
  Optional<ModelHealth.Trouble> trouble() {
    return Objects.requireNonNull(byBreaker.get(BREAKER)).trouble();
  }

  /** Closes the clients; calls under way run to their end. */
  @Override
  public void close() {
    clients.reversed().forEach(ModelClient::close);
  }
}
