package dev.explanations.worker.ops;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object in their order. */
public final class Fields extends LinkedHashMap<String, @Nullable Object> {
  private static final long serialVersionUID = 1;

  /**
   * @param namesAndValues in turn
   */
  public static Fields of(@Nullable Object... namesAndValues) {
    Fields fields = new Fields();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return fields;
  }
}
