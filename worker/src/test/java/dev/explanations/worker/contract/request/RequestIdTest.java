package dev.explanations.worker.contract.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.RequestFields;
import org.junit.jupiter.api.Test;

/** Where the id of a request comes from, also of one that is refused. */
class RequestIdTest extends RequestDecoderFixture {

  @Test
  void decode_readsAKeyThatIsAJsonString_asOne() {
    String noId = "{\"topic\":\"Optics\",\"subtopic\":\"Lenses\"}";

    assertThat(accepted("\"r-1\"".getBytes(UTF_8), noId)).isEqualTo(MINIMAL);
    assertThat(accepted("r-1".getBytes(UTF_8), noId)).isEqualTo(MINIMAL);
    assertThat(accepted("\"r\\u002d1\"".getBytes(UTF_8), noId)).isEqualTo(MINIMAL);
    for (String asItIs : new String[] {"\"r-1", "\"r\"-1\"", "'r-1'", "\"a\" \"b\"", "\"\\x\""}) {
      assertThat(accepted(asItIs.getBytes(UTF_8), noId).requestId()).isEqualTo(asItIs);
    }
    assertThat(refused("\" \"".getBytes(UTF_8), noId.getBytes(UTF_8)).requestId()).isNull();
    assertThat(refused("\"k-1\"".getBytes(UTF_8), null).requestId()).isEqualTo("k-1");
  }

  @Test
  void decode_refusesNull_andTakesTheIdFromTheKey() {
    assertThat(refused("k-1".getBytes(UTF_8), null))
        .isEqualTo(
            new Decoded.Invalid(
                ErrorCode.INVALID_REQUEST, "value is null", "k-1", RequestFields.NONE));
    assertThat(refused(null, null).requestId()).isNull();
  }

  @Test
  void decode_takesNoIdThatWasMalformed() {
    byte[] value = "{\"requestId\":\"r\u00e9\"}".getBytes(ISO_8859_1);

    assertThat(refused("k".getBytes(UTF_8), value).requestId()).isEqualTo("k");
    assertThat(refused(null, value).requestId()).isNull();
  }

  @Test
  void decode_findsTheIdBehindDeepNesting_andSurvivesWhatNeverEnds() {
    String deep = "[".repeat(5000) + "]".repeat(5000);

    assertThat(refused("{\"x\":" + deep + ",\"requestId\":\"r-1\"}").requestId()).isEqualTo("r-1");
    assertThat(refused("[".repeat(1_000_000)).requestId()).isNull();
    assertThat(refused("{\"x\":".repeat(150_000)).requestId()).isNull();
  }

  @Test
  void decode_takesAMissingIdFromTheKey() {
    byte[] key = "k-🌱".getBytes(UTF_8);

    assertThat(accepted(key, "{" + BODY + "}").requestId()).isEqualTo("k-🌱");
    assertThat(accepted(key, "{\"requestId\":null," + BODY + "}").requestId()).isEqualTo("k-🌱");
    assertThat(accepted(key, with("")).requestId()).isEqualTo("r-1");
  }

  @Test
  void decode_refusesAMissingId_whenTheKeyIsNotUsable() {
    byte[] value = ("{" + BODY + "}").getBytes(UTF_8);
    byte[][] keys = {
      {},
      {' '},
      {0, 0, 0, 1},
      {(byte) 0xff},
      "k".repeat(129).getBytes(UTF_8),
      "a\nb".getBytes(UTF_8)
    };
    for (byte[] key : keys) {
      Decoded.Invalid invalid = refused(key, value);
      assertThat(invalid.requestId()).isNull();
      assertThat(invalid.detail())
          .isEqualTo("requestId: is missing, and the record's key is not usable as one");
    }
  }

  @Test
  void decode_findsTheId_ofWhatIsRefused() {
    byte[] key = "k-1".getBytes(UTF_8);

    assertThat(refused(key, "{\"requestId\":\"r-1\",\"topic\":".getBytes(UTF_8)).requestId())
        .isEqualTo("r-1");
    assertThat(refused(key, "{\"topic\":\"\",\"requestId\":\"r-1\"}".getBytes(UTF_8)).requestId())
        .isEqualTo("r-1");
    assertThat(refused(key, "{\"a\":{\"requestId\":\"x\"}}".getBytes(UTF_8)).requestId())
        .isEqualTo("k-1");
    assertThat(refused(key, "{\"requestId\":7}".getBytes(UTF_8)).requestId()).isEqualTo("k-1");
    assertThat(refused(key, "oops".getBytes(UTF_8)).requestId()).isEqualTo("k-1");
    assertThat(refused(null, "{\"requestId\":\"\\ud800\"}".getBytes(UTF_8)).requestId()).isNull();
  }

  @Test
  void decode_takesARepeatedId_onlyIfItIsTheSame() {
    assertThat(refused("{\"requestId\":\"r-1\"," + BODY + ",\"requestId\":\"r-1\"}").requestId())
        .isEqualTo("r-1");
    assertThat(refused("{\"requestId\":\"r-1\"," + BODY + ",\"requestId\":\"r-2\"}").requestId())
        .isNull();
  }

  @Test
  void decode_findsTheId_inAMegabyte() {
    String large = "x".repeat(1_000_000);

    assertThat(refused("{\"topic\":\"" + large + "\",\"requestId\":\"r-1\"}").requestId())
        .isEqualTo("r-1");
    assertThat(refused("{\"" + large + "\":1,\"requestId\":\"r-1\"}").requestId()).isEqualTo("r-1");
    assertThat(refused("{\"n\":" + "9".repeat(1_000_000) + ",\"requestId\":\"r-1\"}").requestId())
        .isEqualTo("r-1");
    assertThat(refused(with(",\"" + large + "\":1,\"" + large + "\":2")).detail())
        .doesNotContain("xx".repeat(300));
  }
}
