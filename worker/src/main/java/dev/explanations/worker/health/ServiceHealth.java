package dev.explanations.worker.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of one service.
 *
 * @param details what stands beside {@code status} in the health report, in this order; for anyone
 *     to read, so without secrets
 */
public record ServiceHealth(Status status, Map<String, @Nullable Object> details) {
  public ServiceHealth {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }
}
