package dev.explanations.worker.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.request.RequestDecoder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

  private static final String TURNED = "a\u202Eb";
  private static final String SHOWN = "a\\u202Eb";

  @Test
  void texts_showWhatWouldTurnThemAround() {
    byte[] value =
        "{\"requestId\":\"%1$s\",\"topic\":\"%1$s\",\"subtopic\":\"%1$s\"}"
            .formatted(TURNED)
            .getBytes(UTF_8);
    ConsumerRecord<byte[], byte[]> letter =
        new ConsumerRecord<>("dead-letters", 0, 7, TURNED.getBytes(UTF_8), value);
    letter.headers().add(HeaderNames.ERROR, TURNED.getBytes(UTF_8));
    letter.headers().add(HeaderNames.REASON, TURNED.getBytes(UTF_8));
    letter.headers().add(HeaderNames.ORIGIN, TURNED.getBytes(UTF_8));

    DeadLetter shown = DeadLetter.of(letter, new RequestDecoder());

    assertThat(
            new String[] {
              shown.key(),
              shown.requestId(),
              shown.topic(),
              shown.subtopic(),
              shown.error(),
              shown.reason(),
              shown.origin()
            })
        .containsOnly(SHOWN);
    assertThat(shown.value()).contains(SHOWN).doesNotContain("\u202E");
  }

  @Test
  void cloudEvent_isShownAsTheRequestInIt() {
    byte[] value =
        "{\"data\":{\"requestId\":\"r-1\",\"topic\":\"Optics\",\"subtopic\":\"Lenses\"}}"
            .getBytes(UTF_8);
    ConsumerRecord<byte[], byte[]> letter = new ConsumerRecord<>("dead-letters", 0, 7, null, value);
    letter.headers().add("content-type", "application/cloudevents+json".getBytes(UTF_8));

    DeadLetter shown = DeadLetter.of(letter, new RequestDecoder());

    assertThat(shown.requestId()).isEqualTo("r-1");
    assertThat(shown.topic()).isEqualTo("Optics");
  }
}
