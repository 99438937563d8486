package dev.explanations.worker.metrics;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object in their order. */
final class Fields extends LinkedHashMap<String, @Nullable Object> {

  /**
   * @param namesAndValues in turn
   */
  static Fields of(@Nullable Object... namesAndValues) {
    Fields fields = new Fields();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return fields;
  }
}
