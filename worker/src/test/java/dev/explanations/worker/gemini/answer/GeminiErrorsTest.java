package dev.explanations.worker.gemini.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import com.google.genai.errors.ClientException;
import com.google.genai.errors.GenAiIOException;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome.Failed;
import dev.explanations.worker.explanation.Outcome.Misconfigured;
import dev.explanations.worker.explanation.Outcome.Rejected;
import dev.explanations.worker.explanation.Outcome.Throttled;
import dev.explanations.worker.explanation.Outcome.Unavailable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiErrorsTest extends GeminiErrorsFixture {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "{}",
        "[]",
        "7",
        "{\"error\":7}",
        "{\"error\":{\"details\":{}}}",
        "{\"error\""
      })
  void of_survivesAnyBody(String body) {
    Throttled throttled = throttled(null, body);

    assertThat(throttled.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(throttled.retryAfter()).isNull();
    assertThat(errors.of(503, null, body)).isInstanceOf(Unavailable.class);
    assertThat(errors.of(400, null, body)).isInstanceOf(Rejected.class);
  }

  @Test
  void of_readsAnErrorInAnArray() {
    assertThat(throttled(null, "[" + Bodies.DAY_USED_UP + "]").code())
        .isEqualTo(ErrorCode.QUOTA_EXHAUSTED);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 401, 402, 403, 404})
  void of_isMisconfigured_forKeysAndModels(int status) {
    Failed failed = errors.of(status, null, Bodies.error(status, "X", "no such model"));

    assertThat(failed).isInstanceOf(Misconfigured.class);
    assertThat(failed.code()).isEqualTo(ErrorCode.MISCONFIGURED);
    assertThat(failed.message()).isEqualTo(status + " X: no such model");
  }

  @Test
  void of_tellsABadKeyFromABadRequest() {
    assertThat(errors.of(400, null, Bodies.INVALID_KEY)).isInstanceOf(Misconfigured.class);
    assertThat(errors.of(400, null, Bodies.error(400, "FAILED_PRECONDITION", "enable billing")))
        .isInstanceOf(Misconfigured.class);
    assertThat(errors.of(400, null, Bodies.INVALID_FIELD))
        .isEqualTo(
            new Rejected(
                ErrorCode.MODEL_REJECTED,
                "400 INVALID_ARGUMENT: Invalid value at 'generation_config.temperature'"
                    + " (TYPE_FLOAT), \"x\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Developer instruction is not enabled for models/gemma-3-27b-it",
        "System instruction is not supported for this model.",
        "This model does not support system instructions",
        "Thinking is not enabled for models/gemini-2.0-flash",
        "Budget 0 is invalid. This model only works in thinking mode.",
        "Unable to submit request because thinking_budget is not supported by this model.",
        "Unable to submit request because it has a maxOutputTokens value of 99999 but the supported"
            + " range is from 1 (inclusive) to 65537 (exclusive).",
        "Invalid JSON payload received. Unknown name \\\"systemInstruction\\\": Cannot find field.",
        "User location is not supported for the API use.",
        "Please enable billing on project 7.",
        "API key expired. Please renew the API key.",
        "API Key not found. Please pass a valid API key.",
        "litellm.BadRequestError: GeminiException - {\\n"
            + " \\\"error\\\": {\\\"code\\\": 400, \\\"message\\\": \\\"no\\\", \\\"details\\\":"
            + " [{\\\"reason\\\": \\\"API_KEY_INVALID\\\"}]}}",
        "upstream said: {\\\"error\\\": {\\\"message\\\": \\\"API key expired.\\\"}} (sorry)",
        "[{\\\"error\\\": {\\\"message\\\": \\\"no\\\", \\\"status\\\":"
            + " \\\"FAILED_PRECONDITION\\\"}}]",
        "cut off: {\\\"error\\\": {\\\"details\\\": [{\\\"reason\\\": \\\"API_KEY_INVALID\\\""
      })
  void of_isMisconfigured_whenA400BlamesTheSettings(String message) {
    assertThat(errors.of(400, null, Bodies.error(400, "INVALID_ARGUMENT", message)))
        .isInstanceOf(Misconfigured.class);
    assertThat(errors.of(400, null, "{\"error\":\"" + message + "\"}"))
        .isInstanceOf(Misconfigured.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"message\":\"API key expired\"}",
        "Invalid API key",
        "{\"error\":{\"message\":\"a: {\\\"error\\\":{\\\"message\\\":\\\"b:"
            + " {\\\\\\\"error\\\\\\\":{\\\\\\\"message\\\\\\\":\\\\\\\"API key"
            + " expired\\\\\\\"}}\\\"}}\"}}"
      })
  void of_isMisconfigured_whateverFormARelayGivesIt(String body) {
    assertThat(errors.of(400, null, body)).isInstanceOf(Misconfigured.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Request contains an invalid argument.",
        "Invalid value at 'contents[0].parts[0].text': 'the API key expired'",
        "Please use a valid role: user, model.",
        "The text \\\"this model does not support thinking\\\" is too long.",
        "* GenerateContentRequest.contents: contents is not specified"
      })
  void of_isRejected_whenA400BlamesTheQuestion(String message) {
    assertThat(errors.of(400, null, Bodies.error(400, "INVALID_ARGUMENT", message)))
        .isInstanceOf(Rejected.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Failed to authenticate with proxy",
        "Received HTTP_PROXY_AUTH (407) code while not using proxy",
        "Unexpected response code for CONNECT: 407",
        "Unexpected response code for CONNECT: 403",
        "SOCKS : authentication failed"
      })
  void of_isMisconfigured_whenAProxyRefuses(String message) {
    assertThat(errors.of(wrapped(new IOException(message)))).isInstanceOf(Misconfigured.class);
    assertThat(errors.of(407, null, "<html>")).isInstanceOf(Misconfigured.class);
    assertThat(errors.of(wrapped(new IOException("Unexpected response code for CONNECT: 502"))))
        .isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 499, 500, 502, 503, 504, 529})
  void of_isUnavailable_otherwise(int status) {
    Failed failed = errors.of(status, null, "");

    assertThat(failed).isEqualTo(new Unavailable(ErrorCode.MODEL_UNAVAILABLE, "" + status));
  }

  @Test
  void of_readsExceptions() {
    assertThat(errors.of(wrapped(new GeminiErrors.HttpFailure(503, null, ""))).code())
        .isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
    assertThat(errors.of(wrapped(new InterruptedIOException("timeout"))).code())
        .isEqualTo(ErrorCode.MODEL_TIMEOUT);
    assertThat(errors.of(wrapped(new ConnectException("refused"))))
        .isEqualTo(new Unavailable(ErrorCode.MODEL_UNAVAILABLE, "ConnectException: refused"));
    assertThat(errors.of(wrapped(new JsonParseException(null, "odd"))).code())
        .isEqualTo(ErrorCode.INCOMPLETE_ANSWER);
    assertThat(errors.of(new ClassCastException("odd")).code())
        .isEqualTo(ErrorCode.INCOMPLETE_ANSWER);
    assertThat(errors.of(new ClientException(403, "PERMISSION_DENIED", "no")))
        .isInstanceOf(Misconfigured.class);
    assertThat(errors.of(new GenAiIOException("no cause")).code())
        .isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
  }

  private static RuntimeException wrapped(IOException cause) {
    return new GenAiIOException("Failed to execute HTTP request.", cause);
  }

  @Test
  void message_isRedactedBeforeItIsCut() {
    String body =
        Bodies.error(403, "X", "z".repeat(480) + " s3cr3t.key+(x AIzaSyA1234567890abcdefghijk end");

    String message = errors.of(403, null, body).message();

    assertThat(message).doesNotContain("s3cr").doesNotContain("AIza").contains("******");
    assertThat(message.codePointCount(0, message.length())).isLessThanOrEqualTo(500);
  }

  @Test
  void key_isRedacted_alsoAsInAUrl_andInBase64() {
    byte[] key = "s3cr3t.key+(x".getBytes(StandardCharsets.UTF_8);
    String base64 = Base64.getEncoder().encodeToString(key);

    String message =
        errors
            .of(
                403,
                null,
                Bodies.error(403, "X", "a s3cr3t.key%2B%28x b s3cr3t.key%2b(x c " + base64))
            .message();

    assertThat(message).endsWith("a ****** b ****** c ******");
  }

  @Test
  void message_isCutBetweenCodePoints() {
    String message = errors.of(500, null, Bodies.error(500, "X", "🌱".repeat(900))).message();

    assertThat(message.codePointCount(0, message.length())).isEqualTo(500);
    assertThat(message).endsWith("🌱…");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer ya29.a0AfH6SMBx-y_z",
        "token ya29.A0ARrdaM",
        "key=AIzaSyA1234567890abcdefg"
      })
  void message_hidesCredentialsByTheirLook(String text) {
    assertThat(errors.of(500, null, Bodies.error(500, "X", text)).message())
        .contains("******")
        .doesNotContain("ya29", "AIza");
  }
}
