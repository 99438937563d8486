package dev.explanations.worker.explanation;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A valid request: every field is within the limits of {@code schemas/request.schema.json},
 * defaults are filled in.
 *
 * @param maxAge of the explanation at the arrival of the request; {@code null} is any
 * @param deadline as given by the producer; {@code null} means arrival plus {@code REQUEST_TIMEOUT}
 */
public record ExplanationRequest(
    String requestId,
    String topic,
    String subtopic,
    Detail detail,
    String education,
    String language,
    OnUnavailable onUnavailable,
    @Nullable Instant deadline,
    @Nullable Duration maxAge) {}
