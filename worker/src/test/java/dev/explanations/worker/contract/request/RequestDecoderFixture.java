package dev.explanations.worker.contract.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.OnUnavailable;
import org.jspecify.annotations.Nullable;

/** Decodes requests, and holds each outcome to what all outcomes have in common. */
abstract class RequestDecoderFixture {

  static final String BODY = "\"topic\":\"Optics\",\"subtopic\":\"Lenses\"";
  static final ExplanationRequest MINIMAL =
      new ExplanationRequest(
          "r-1",
          "Optics",
          "Lenses",
          Detail.MEDIUM,
          "general audience",
          "en",
          OnUnavailable.RETRY,
          null,
          null);

  final RequestDecoder decoder = new RequestDecoder();

  static String with(String fields) {
    return "{\"requestId\":\"r-1\"," + BODY + fields + "}";
  }

  Decoded.Invalid refused(byte @Nullable [] key, byte @Nullable [] value) {
    Decoded decoded = decoder.decode(key, value);
    assertThat(decoded).isInstanceOf(Decoded.Invalid.class);
    Decoded.Invalid invalid = (Decoded.Invalid) decoded;
    assertThat(invalid.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(invalid.detail()).isNotBlank();
    assertThat(invalid.detail().codePointCount(0, invalid.detail().length()))
        .isLessThanOrEqualTo(500);
    return invalid;
  }

  Decoded.Invalid refused(String value) {
    return refused(null, value.getBytes(UTF_8));
  }

  ExplanationRequest accepted(byte @Nullable [] key, String value) {
    Decoded decoded = decoder.decode(key, value.getBytes(UTF_8));
    assertThat(decoded).isInstanceOf(Decoded.Valid.class);
    ExplanationRequest request = ((Decoded.Valid) decoded).request();
    assertThat(decoder.read(key, value.getBytes(UTF_8), null)).isEqualTo(request);
    return request;
  }

  ExplanationRequest accepted(String value) {
    return accepted(null, value);
  }
}
