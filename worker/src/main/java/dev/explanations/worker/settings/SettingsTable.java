package dev.explanations.worker.settings;

import java.util.List;
import java.util.stream.Collectors;

/** The settings as documentation: for docs/settings.md, and for {@code --help}. */
public final class SettingsTable {
  private SettingsTable() {}

  /** Markdown: one table per group of settings. */
  public static String markdown() {
    StringBuilder text = new StringBuilder();
    for (Setting.Group group : SettingCatalogue.GROUPS) {
      text.append("**%s**\n\n".formatted(group.title()))
          .append("| setting | default | meaning | allowed |\n|---|---|---|---|\n");
      for (Setting<?> setting : group.settings()) {
        text.append(
            "| `%s` | %s | %s | %s |\n"
                .formatted(
                    setting.name(),
                    cell(defaultIn(setting)),
                    cell(setting.meaning()),
                    cell(setting.type().allowed())));
      }
      text.append('\n');
    }
    return text.append(notes()).toString();
  }

  public static String text() {
    return SettingCatalogue.GROUPS.stream()
        .map(
            group ->
                group.title()
                    + "\n"
                    + group.settings().stream()
                        .map(SettingsTable::line)
                        .collect(Collectors.joining()))
        .collect(Collectors.joining("\n", "", "\n" + notes().replace("`", "")));
  }

  /** The names of the settings that are secrets; {@code KAFKA_*} has more. */
  public static List<String> secrets() {
    return SettingCatalogue.all().stream().filter(Setting::secret).map(Setting::name).toList();
  }

  private static String line(Setting<?> setting) {
    String byDefault = setting.defaultShown().isEmpty() ? "" : " [" + setting.defaultShown() + "]";
    return "  %s%s\n      %s\n      Must be %s.\n"
        .formatted(setting.name(), byDefault, setting.meaning(), setting.type().allowed())
        .replace("`", "");
  }

  private static String defaultIn(Setting<?> setting) {
    String byDefault = setting.byDefault();
    return byDefault == null ? setting.defaultShown() : "`" + byDefault + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private static String notes() {
    String secrets = secrets().stream().map("`%s`"::formatted).collect(Collectors.joining(", "));
    return """
    System properties win over environment variables, and these over the file named by `WORKER_CONFIG`.
    An empty value counts as none.

    Secrets (%s, and secret `KAFKA_*` properties) may come from a file instead: `X_FILE` names the \
    file that holds `X`, whose last line break does not count.

    `KAFKA_*` passes any property of the Kafka clients or of Kafka Streams to all of them: \
    `KAFKA_SECURITY_PROTOCOL` is `security.protocol`. With `KAFKA_CONSUMER_`, `KAFKA_PRODUCER_`, \
    `KAFKA_ADMIN_`, `KAFKA_MAIN_CONSUMER_` or `KAFKA_RESTORE_CONSUMER_` in front it concerns that \
    client of the stream only. Unknown names are ignored with a warning; in production those about \
    security (`KAFKA_SECURITY_*`, `KAFKA_SSL_*`, `KAFKA_SASL_*`) are refused, lest a misspelt one \
    leaves a connection unsafe. Refused is what guarantees rest on (such as `acks`, `retries`, \
    `isolation.level`, partitioners, serializers, interceptors, exception handlers, the consumer \
    group, `task.timeout.ms`), what has a setting of its own, and `buffer.memory` below 4 MiB.
    """
        .formatted(secrets);
  }
}
