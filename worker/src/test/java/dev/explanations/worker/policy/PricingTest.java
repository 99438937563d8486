package dev.explanations.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.gemini.CallDetails;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PricingTest {

  private static final Usage USAGE = new Usage(1000, 500, 1500);
  private static final String LITE = "gemini-3.5-flash-lite";

  private final Pricing pricing =
      new Pricing(Prices.of(null), InstantSource.fixed(Instant.parse("2026-11-30T12:00:00Z")));

  private static Outcome explained(Usage usage) {
    return new Outcome.Explained(new Explanation("text", LITE, "1", usage));
  }

  private static CallDetails.Response by(String model, Usage usage) {
    return new CallDetails.Response(model, "id", "STOP", usage, 0, 0);
  }

  private static CallDetails details(
      boolean sent, @Nullable Integer status, CallDetails.@Nullable Response response) {
    return new CallDetails(CallDetails.Provider.DEVELOPER_API, LITE, null, sent, status, response);
  }

  private Charge answeredBy(String model) {
    return pricing.of(explained(USAGE), details(true, null, by(model, USAGE)));
  }

  /** By hand: 1000 x 0.30 + 500 x 2.50, and 1000 x 0.75 + 500 x 3.75, each for a million. */
  @Test
  void call_isPricedByTheModelThatAnswered_orElseByTheOneThatWasAsked() {
    assertThat(answeredBy(LITE)).isEqualTo(Charge.of(USAGE, new Usd(1_550_000)));
    assertThat(answeredBy("gemini-3.8-flash")).isEqualTo(Charge.of(USAGE, new Usd(2_625_000)));
    assertThat(answeredBy("gemini-3.5-flash-lite-001"))
        .isEqualTo(Charge.of(USAGE, new Usd(1_550_000)));
  }

  @Test
  void unusableAnswer_isPricedToo() {
    Outcome cut = new Outcome.Unusable(ErrorCode.INCOMPLETE_ANSWER, "cut off", USAGE);
    assertThat(pricing.of(cut, details(true, null, by(LITE, USAGE))).total())
        .isEqualTo(new Usd(1_550_000));
  }

  @Test
  void modelWithoutAPrice_hasItsTokensCounted_andNoTotal() {
    Pricing unknown = new Pricing(Prices.of(null), InstantSource.fixed(Instant.EPOCH));
    Charge charge = unknown.of(explained(USAGE), details(true, null, by(LITE, USAGE)));
    assertThat(charge).isEqualTo(new Charge(1, 1000, 500, Usd.ZERO, 1, 0));
    assertThat(charge.total()).isNull();
  }

  @Test
  void refusalOrFailedConnection_costsNothing() {
    Outcome failed = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503");
    Charge nothing = new Charge(1, 0, 0, Usd.ZERO, 0, 0);
    assertThat(pricing.of(failed, details(true, 503, null))).isEqualTo(nothing);
    assertThat(pricing.of(failed, details(false, null, null))).isEqualTo(nothing);
    assertThat(nothing.total()).isEqualTo(Usd.ZERO);
  }

  @Test
  void callThatWasCutOff_orWhoseTokensNobodyTold_isUnknown() {
    Outcome late = new Outcome.Unavailable(ErrorCode.MODEL_TIMEOUT, "no complete answer in time");
    assertThat(pricing.of(late, details(true, null, null))).isEqualTo(Charge.UNKNOWN);
    assertThat(pricing.of(late, null)).isEqualTo(Charge.UNKNOWN);
    assertThat(pricing.of(explained(Usage.NONE), details(true, null, by(LITE, Usage.NONE))))
        .isEqualTo(Charge.UNKNOWN);
    Outcome cut = new Outcome.Unusable(ErrorCode.INCOMPLETE_ANSWER, "cut off, before its tokens");
    assertThat(pricing.of(cut, details(true, null, by(LITE, Usage.NONE))))
        .isEqualTo(Charge.UNKNOWN);
    assertThat(Charge.UNKNOWN.total()).isNull();
  }
}
