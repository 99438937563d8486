package dev.explanations.worker.gemini.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome.Throttled;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a 429 says: the delay that it asks for, and whose quota is used up. */
class GeminiQuotasTest extends GeminiErrorsFixture {

  @Test
  void of_takesTheDelayOfRetryInfo_withItsFraction() {
    Throttled throttled = throttled("7", Bodies.RATE_LIMITED);

    assertThat(throttled.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(throttled.retryAfter()).isEqualTo(Duration.ofMillis(22_500));
    assertThat(throttled.message())
        .startsWith(
            "429 RESOURCE_EXHAUSTED (quota GenerateRequestsPerMinutePerProjectPerModel-FreeTier):"
                + " You exceeded")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "22s, PT22S",
    "0.118464381s, PT0.118464381S",
    "1.5s, PT1.5S",
    "3.0000000009s, PT3S",
    "999999999s, PT24H"
  })
  void of_readsDelays(String delay, Duration expected) {
    String body = Bodies.RATE_LIMITED.replace("22.5s", delay);

    assertThat(throttled(null, body).retryAfter()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5s", "22", "1e3s", "99999999999999s"})
  void of_looksElsewhere_whenRetryInfoIsOdd(String delay) {
    String body = Bodies.RATE_LIMITED.replace("22.5s", delay);

    assertThat(throttled("7", body).retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(throttled(null, body).retryAfter()).isEqualTo(Duration.ofNanos(22_118_464_381L));
  }

  @ParameterizedTest
  @CsvSource({
    "7, PT7S",
    "' 120 ', PT2M",
    "'Mon, 23 Nov 2026 12:00:30 GMT', PT30S",
    "'Mon, 23 Nov 2026 11:00:00 GMT',",
    "-1,",
    "soon,",
    "99999999999999999999,"
  })
  void of_readsTheHeader(String header, @Nullable Duration expected) {
    assertThat(throttled(header, "").retryAfter()).isEqualTo(expected);
  }

  @Test
  void of_tellsADaysQuotaFromAMinutes() {
    Throttled throttled = throttled(null, Bodies.DAY_USED_UP);

    assertThat(throttled.code()).isEqualTo(ErrorCode.QUOTA_EXHAUSTED);
    assertThat(throttled.retryAfter()).isEqualTo(GeminiErrors.USED_UP_DELAY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"quotaId\":\"GenerateRequestsPerDayPerProjectPerModel-FreeTier\"}",
        "{\"quotaId\":\"TokensPerMinute\"},{\"quotaId\":\"generate_requests_per_day\"}",
        "{\"quotaId\":\"GenerateContentInputTokensPerModelPerMonth\"}"
      })
  void of_asksOnceAnHour_whenAQuotaOfADayIsUsedUp_whateverRetryInfoSays(String violations) {
    String body =
        """
        {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Please retry in 3.2s.","details":[
        {"violations":[%s]},{"retryDelay":"3s"}]}}\
        """
            .formatted(violations);

    assertThat(throttled("7", body).code()).isEqualTo(ErrorCode.QUOTA_EXHAUSTED);
    assertThat(throttled("7", body).retryAfter()).isEqualTo(Duration.ofHours(1));
    assertThat(throttled("7", body.replaceAll("(?i)per_?(day|month)", "PerMinute")).retryAfter())
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void of_asksOnceAnHour_whenTheDayOrTheMoneyIsNamedInWordsAlone() {
    for (String message :
        List.of(
            "Your project has exceeded its monthly spending cap.",
            "Quota exceeded: requests per day. Please retry in 3s.",
            "You have used up your daily requests.",
            "You exceeded your RPD limit.")) {
      assertThat(throttled("3", Bodies.error(429, "X", message)).retryAfter())
          .as(message)
          .isEqualTo(Duration.ofHours(1));
    }
    String older =
        """
        {"error":{"code":429,"message":"m","details":[{"reason":"RATE_LIMIT_EXCEEDED","metadata":\
        {"quota_limit":"GenerateContentRequestsPerDayPerProject"}},{"retryDelay":"3s"}]}}\
        """;
    assertThat(throttled(null, older).retryAfter()).isEqualTo(Duration.ofHours(1));
    assertThat(throttled(null, older).message()).contains("PerDayPerProject");
  }

  @Test
  void of_namesTheQuota() {
    assertThat(throttled(null, Bodies.DAY_USED_UP).message())
        .isEqualTo(
            "429 RESOURCE_EXHAUSTED (quota GenerateRequestsPerDayPerProjectPerModel-FreeTier): You"
                + " exceeded your current quota.");
    assertThat(throttled(null, Bodies.error(429, "RESOURCE_EXHAUSTED", "later")).message())
        .isEqualTo("429 RESOURCE_EXHAUSTED: later");
  }

  @Test
  void of_namesTheQuotaOfADay_ofSeveral() {
    Throttled throttled =
        throttled(null, quotas("PerMinute\"},{\"quotaId\":\"TokensPerDay\"},{\"quotaId\":\"x"));

    assertThat(throttled.code()).isEqualTo(ErrorCode.QUOTA_EXHAUSTED);
    assertThat(throttled.message()).isEqualTo("429 X (quota TokensPerDay): later");
    assertThat(throttled(null, quotas("\"},{\"quotaId\":\"PerMinute")).message())
        .isEqualTo("429 X (quota PerMinute): later");
  }

  @Test
  void of_keepsTheQuotaShortAndClean() {
    String message =
        throttled(null, quotas("a\\n" + "z".repeat(90) + "AIzaSyA1234567890abcdefghijk")).message();

    assertThat(message).isEqualTo("429 X (quota a " + "z".repeat(90) + "******): later");
    assertThat(throttled(null, quotas("🌱".repeat(5_000))).message())
        .isEqualTo("429 X (quota " + "🌱".repeat(99) + "…): later");
  }

  private static String quotas(String ids) {
    return """
    {"error":{"code":429,"status":"X","message":"later","details":[{"violations":[{"quotaId":"%s"}]}]}}\
    """
        .formatted(ids);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Your project has exceeded its monthly spending cap.",
        "You reached the spend limit of this project.",
        "Your prepayment credits are depleted."
      })
  void of_knowsWhenTheMoneyIsUsedUp(String message) {
    assertThat(throttled(null, Bodies.error(429, "RESOURCE_EXHAUSTED", message)).code())
        .isEqualTo(ErrorCode.QUOTA_EXHAUSTED);
  }
}
