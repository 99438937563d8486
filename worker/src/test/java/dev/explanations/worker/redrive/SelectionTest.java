package dev.explanations.worker.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.redrive.Selection.Decision;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

class SelectionTest {

  private final Selection all = new Selection(null, new SentOffsets(), 3, "requests", 1_000);

  @Test
  void request_hasTheHeadersThatItsProducerSet_andTheNumberOfTheReplay() {
    ConsumerRecord<byte[], byte[]> letter =
        new ConsumerRecord<>("dead-letters", 0, 7, null, "{}".getBytes(UTF_8));
    letter.headers().add("content-type", "application/cloudevents+json".getBytes(UTF_8));
    letter.headers().add(HeaderNames.REPLAYS, "1".getBytes(UTF_8));
    letter.headers().add(HeaderNames.WARM_UP, "true".getBytes(UTF_8));
    letter.headers().add(HeaderNames.REASON, "model_timeout".getBytes(UTF_8));

    assertThat(all.decide(letter))
        .isInstanceOfSatisfying(
            Decision.Send.class,
            send -> {
              Headers headers = send.request().headers();
              assertThat(headers.toArray())
                  .extracting(Header::key)
                  .containsExactly("content-type", HeaderNames.WARM_UP, HeaderNames.REPLAYS);
              assertThat(headers.lastHeader(HeaderNames.REPLAYS).value())
                  .isEqualTo("2".getBytes(UTF_8));
            });
  }
}
