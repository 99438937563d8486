package dev.explanations.worker.gemini.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.Outcome.Failed;
import dev.explanations.worker.explanation.Outcome.Throttled;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Errors of Gemini, read at a time that stands still. */
abstract class GeminiErrorsFixture {

  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  final GeminiErrors errors =
      new GeminiErrors(new Redaction(List.of("s3cr3t.key+(x")), InstantSource.fixed(NOW));

  Throttled throttled(@Nullable String header, String body) {
    Failed failed = errors.of(429, header, body);
    assertThat(failed).isInstanceOf(Throttled.class);
    return (Throttled) failed;
  }
}
