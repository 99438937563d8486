package dev.explanations.worker.health;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object in their order. Instants and enum constants become strings. */
public final class Fields extends LinkedHashMap<String, @Nullable Object> {
  private static final long serialVersionUID = 1;

  /** Names and values in turn. */
  public static Fields of(@Nullable Object... namesAndValues) {
    Fields fields = new Fields();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return fields;
  }

  @Override
  public @Nullable Object put(String name, @Nullable Object value) {
    Object json =
        switch (value) {
          case Instant at -> at.toString();
          case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
          case null, default -> value;
        };
    return super.put(name, json);
  }
}
