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

/** Gemini's models, the preferred one first, each measured and with its health. */
final class WorkerModels implements AutoCloseable {

  /** The first model's circuit breaker; the others have their model's name behind it. */
  private static final String BREAKER = "google_ai";

  private final Settings.Gemini settings;
  private final List<ModelClient> clients = new ArrayList<>();
  private final Map<String, ModelHealth> byBreaker = new LinkedHashMap<>();

  /**
   * Builds the clients; nothing is called yet.
   *
   * @param factory of the client for a model's name
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

  /** The models' names by their circuit breakers', in the order of preference. */
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
      // the SDK looks for credentials here, and has several exceptions for not finding them
      throw new StartException("The Gemini client cannot be built: " + e.getMessage(), e);
    }
  }

  /** By their circuit breakers' names, in the order of preference. */
  Map<String, ExplanationModel> byBreaker() {
    return new LinkedHashMap<>(byBreaker);
  }

  /** Takes about a second: much is loaded that the first answer would wait for. */
  void warmUp() {
    clients.forEach(ModelClient::warmUp);
  }

  /** A trouble of the preferred model that a person has to act on. */
  Optional<ModelHealth.Trouble> trouble() {
    return Objects.requireNonNull(byBreaker.get(BREAKER)).trouble();
  }

  /** Calls under way go on to their end. */
  @Override
  public void close() {
    clients.reversed().forEach(ModelClient::close);
  }
}
