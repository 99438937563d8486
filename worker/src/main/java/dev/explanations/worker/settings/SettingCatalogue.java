package dev.explanations.worker.settings;

import java.util.List;

/** Every setting there is, in the order of the documentation. */
final class SettingCatalogue {
  static final List<Setting.Group> GROUPS =
      List.of(
          OpsSettings.PROCESS,
          KafkaSettings.KAFKA,
          KafkaSettings.TOPICS,
          GeminiSettings.GEMINI,
          GeminiSettings.VERTEX_AI,
          PolicySettings.POLICY,
          BudgetSettings.BUDGET,
          RequestSettings.REQUESTS,
          RequestSettings.CIRCUIT_BREAKER,
          CacheSettings.CACHE,
          CacheSettings.REDIS,
          OpsSettings.HTTP,
          OpsSettings.TRACING);

  private SettingCatalogue() {}

  static List<Setting<?>> all() {
    return GROUPS.stream().<Setting<?>>flatMap(group -> group.settings().stream()).toList();
  }
}
