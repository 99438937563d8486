package dev.explanations.worker.ops;

import dev.explanations.worker.gate.BreakerStatus;
import java.time.Instant;
import java.util.List;

/** Circuit breakers as the health report has them. */
public final class BreakerJson {

  private BreakerJson() {}

  /** In the same order. */
  static Fields byName(List<BreakerStatus> breakers) {
    Fields json = new Fields();
    breakers.forEach(breaker -> json.put(breaker.name(), of(breaker)));
    return json;
  }

  public static Fields of(BreakerStatus breaker) {
    Instant lastFailure = breaker.lastFailure();
    Fields json =
        Fields.of(
            "name", breaker.name(),
            "state", breaker.state().wireName(),
            "failure_count", breaker.failures(),
            "success_count", breaker.successes(),
            "last_failure_time", lastFailure == null ? null : lastFailure.toString());
    if (breaker.forced()) {
      json.put("forced", true);
    }
    return json;
  }
}
