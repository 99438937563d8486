package dev.explanations.worker.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns texts into validated {@link Settings}. */
public final class SettingsLoader {
  private SettingsLoader() {}

  /**
   * Loaded settings, with details for the log.
   *
   * @param ignored variables that start with {@code KAFKA_} but name no property of Kafka
   * @param summary values in force by name, secrets hidden
   */
  public record Loaded(Settings settings, List<String> ignored, Map<String, String> summary) {}

  /**
   * The texts of all settings of this process by name, merged from system properties, the
   * environment and the file named by {@code WORKER_CONFIG}; {@link SettingsSources#merge} says
   * which wins.
   *
   * @throws InvalidSettingsException if that file cannot be read
   */
  public static Map<String, String> processTexts() {
    return SettingsSources.merge(System.getenv(), System.getProperties());
  }

  /**
   * Loads the settings from these variables alone: neither the environment nor {@code
   * WORKER_CONFIG} is consulted. Unknown names are ignored, except {@code KAFKA_*} names about
   * security in production.
   *
   * @throws InvalidSettingsException with all problems
   */
  public static Settings load(Map<String, String> environment) {
    return loadAll(environment).settings();
  }

  /** Like {@link #load}, with the ignored variables and the summary for the log. */
  public static Loaded loadAll(Map<String, String> environment) {
    Values values = new Values(usable(environment));
    List<String> ignored = new ArrayList<>();
    Settings settings = settings(values, ignored);
    if (!values.problems().isEmpty()) {
      throw new InvalidSettingsException(values.problems());
    }
    return new Loaded(settings, List.copyOf(ignored), inOrder(values.inForce()));
  }

  /** Like {@link #load}, for programs that never call Gemini and so need no API key. */
  public static Settings loadWithoutKey(Map<String, String> environment) {
    Map<String, String> texts = new HashMap<>(environment);
    texts.keySet().removeIf(name -> name.matches("(GOOGLE|GEMINI)_API_KEY(_FILE)?"));
    texts.put("GOOGLE_API_KEY", "none");
    return load(texts);
  }

  /**
   * Settings of the log, by name. They are needed before anything can be logged, so a bad value is
   * replaced by its default here and refused by {@link #loadAll}.
   */
  public static Map<String, String> logging(Map<String, String> texts) {
    Values values = new Values(usable(texts));
    return Map.of(
        OpsSettings.ENVIRONMENT.name(), Types.shown(values.get(OpsSettings.ENVIRONMENT)),
        OpsSettings.LOG_LEVEL.name(), Types.shown(values.get(OpsSettings.LOG_LEVEL)));
  }

  private static Settings settings(Values values, List<String> ignored) {
    Settings.Environment environment = values.get(OpsSettings.ENVIRONMENT);
    values.get(OpsSettings.LOG_LEVEL);
    values.find(OpsSettings.WORKER_CONFIG);
    KafkaSettings.refuseRemoved(values);
    Settings.Gemini gemini = GeminiSettings.gemini(values, environment);
    return new Settings(
        environment,
        new Settings.Kafka(
            values.get(KafkaSettings.BOOTSTRAP_SERVERS),
            new KafkaPassThrough().read(values, environment, ignored)),
        KafkaSettings.topics(values),
        KafkaSettings.streams(values, gemini.timeout()),
        gemini,
        PolicySettings.policy(values),
        BudgetSettings.budget(values),
        CacheSettings.redis(values, environment),
        CacheSettings.cache(values),
        RequestSettings.circuitBreaker(values, environment),
        RequestSettings.requests(values),
        RequestSettings.redrive(values),
        OpsSettings.http(values, environment),
        OpsSettings.tracing(values));
  }

  /**
   * Leaves out blank values, and the addresses that Kubernetes puts into the environment for each
   * service: a service named {@code redis} becomes {@code REDIS_PORT=tcp://10.0.0.1:6379}. Adopts
   * proxy variables in lower case, which are as common.
   */
  private static Map<String, String> usable(Map<String, String> environment) {
    Map<String, String> usable = new LinkedHashMap<>(environment);
    usable
        .entrySet()
        .removeIf(
            entry ->
                entry.getValue().isBlank()
                    || (entry.getKey().endsWith("_PORT")
                        && entry.getValue().strip().startsWith("tcp://")));
    for (String proxy : List.of("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")) {
      String lowerCase = usable.get(proxy.toLowerCase(Locale.ROOT));
      if (lowerCase != null && !usable.containsKey(proxy + "_FILE")) {
        usable.putIfAbsent(proxy, lowerCase);
      }
    }
    return usable;
  }

  private static Map<String, String> inOrder(Map<String, String> inForce) {
    Map<String, String> ordered = new LinkedHashMap<>();
    for (Setting<?> setting : SettingCatalogue.all()) {
      ordered.put(setting.name(), inForce.getOrDefault(setting.name(), ""));
    }
    inForce.forEach(ordered::putIfAbsent);
    return ordered;
  }
}
