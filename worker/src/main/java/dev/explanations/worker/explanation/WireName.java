package dev.explanations.worker.explanation;

import java.util.Locale;

/** An enum whose constants are written in lower case outside, for instance in JSON. */
public interface WireName {

  String name();

  /** The name outside, for instance {@code invalid_request}. */
  default String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
