package dev.explanations.worker.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A setting: parsing, the summary at start, {@code --help} and the table of docs/settings.md are
 * all made from this.
 *
 * @param byDefault the default as it would be written; {@code null} when there is none or when it
 *     depends on something else
 * @param defaultShown the default as the documentation names it
 * @param meaning one sentence
 */
record Setting<T>(
    String name,
    Type<T> type,
    @Nullable String byDefault,
    String defaultShown,
    String meaning,
    boolean secret) {

  /** Settings that are documented together. */
  record Group(String title, List<Setting<?>> settings) {}

  static <T> Setting<T> of(String name, Type<T> type, String byDefault, String meaning) {
    return new Setting<>(name, type, byDefault, byDefault, meaning, false);
  }

  /** A setting that may be absent. */
  static <T> Setting<T> optional(String name, Type<T> type, String meaning) {
    return new Setting<>(name, type, null, "", meaning, false);
  }

  /** A setting whose default depends on other things, described by {@code defaultShown}. */
  static <T> Setting<T> derived(String name, Type<T> type, String defaultShown, String meaning) {
    return new Setting<>(name, type, null, defaultShown, meaning, false);
  }

  /** Never printed; may also come from the file that {@code <name>_FILE} names. */
  static Setting<Secret> secret(String name, Type<Secret> type, String meaning) {
    return hidden(name, type, meaning);
  }

  /** A setting with a secret in it, which its value does not show; otherwise like a secret. */
  static <T> Setting<T> hidden(String name, Type<T> type, String meaning) {
    return new Setting<>(name, type, null, "", meaning, true);
  }

  String fileName() {
    return name + "_FILE";
  }
}
