package dev.explanations.worker.settings;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One setting. Parsing, the summary at start, {@code --help} and the table of docs/settings.md are
 * all derived from this record.
 *
 * @param byDefault the default as it would be written; {@code null} when there is none or when it
 *     depends on something else
 * @param defaultShown the default as the documentation names it
 * @param meaning what the setting does, in a sentence or two
 */
record Setting<T>(
    String name,
    Type<T> type,
    @Nullable String byDefault,
    String defaultShown,
    String meaning,
    boolean secret) {

  String fileName() {
    return name + "_FILE";
  }

  /** Settings that are documented together, in the order in which they are declared. */
  record Group(String title, List<Setting<?>> settings) {

    Group(String title) {
      this(title, new ArrayList<>());
    }

    <T> Setting<T> of(String name, Type<T> type, String byDefault, String meaning) {
      return add(new Setting<>(name, type, byDefault, byDefault, meaning, false));
    }

    <T> Setting<T> optional(String name, Type<T> type, String meaning) {
      return derived(name, type, "", meaning);
    }

    /** A setting whose default depends on other things, described by {@code defaultShown}. */
    <T> Setting<T> derived(String name, Type<T> type, String defaultShown, String meaning) {
      return add(new Setting<>(name, type, null, defaultShown, meaning, false));
    }

    /**
     * A secret, or a setting with one in it. Its text is never printed, and may also come from the
     * file that {@code <name>_FILE} names.
     */
    <T> Setting<T> hidden(String name, Type<T> type, String meaning) {
      return add(new Setting<>(name, type, null, "", meaning, true));
    }

    private <T> Setting<T> add(Setting<T> setting) {
      settings.add(setting);
      return setting;
    }
  }
}
