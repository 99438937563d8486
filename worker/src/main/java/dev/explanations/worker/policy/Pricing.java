package dev.explanations.worker.policy;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.gemini.CallDetails;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Charges single calls, by the model that answered or else by the one that was asked. Immutable.
 */
public record Pricing(Prices prices, InstantSource clock) {

  /**
   * Charge of a call that has ended now.
   *
   * @param details {@code null} if nobody has told
   */
  public Charge of(Outcome outcome, @Nullable CallDetails details) {
    if (details == null) {
      return Charge.UNKNOWN;
    }
    CallDetails.Response response = details.response();
    Usage usage = outcome.usage();
    boolean counted = usage.promptTokens() + usage.outputTokens() > 0;
    if (response != null && counted) {
      return Charge.of(usage, cost(details.model(), response, usage));
    }
    // an answer without its tokens may have been billed all the same, usable or not
    boolean answered = response != null || outcome instanceof Outcome.Explained;
    boolean lost = details.sent() && details.httpStatus() == null;
    return answered || lost ? Charge.UNKNOWN : Charge.of(Usage.NONE, null);
  }

  /** Cost of the call for an explanation, were it made now; {@code null} without a price. */
  public @Nullable Usd of(Explanation explanation) {
    return prices
        .cost(explanation.model(), Prices.STANDARD, explanation.usage(), 0, clock.instant())
        .orElse(null);
  }

  private @Nullable Usd cost(String asked, CallDetails.Response response, Usage usage) {
    Instant now = clock.instant();
    int cached = response.cachedTokens();
    Optional<Usd> cost = prices.cost(response.model(), Prices.STANDARD, usage, cached, now);
    return cost.or(() -> prices.cost(asked, Prices.STANDARD, usage, cached, now)).orElse(null);
  }
}
