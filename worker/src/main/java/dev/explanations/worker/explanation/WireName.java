package dev.explanations.worker.explanation;

import java.util.Locale;

/** An enum whose constants go by their names in lower case outside, for instance in JSON. */
public interface WireName {

  String name();

  /** The name outside, for instance {@code invalid_request}. */
  default String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
