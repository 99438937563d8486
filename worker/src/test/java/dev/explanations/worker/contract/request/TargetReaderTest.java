package dev.explanations.worker.contract.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.explanations.worker.contract.peer.Command.Kind;
import dev.explanations.worker.contract.peer.Command.Target;
import dev.explanations.worker.explanation.FoldedHashes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetReaderTest {

  private static final String ALL =
      "{'topic':'Biology','subtopic':'Cells','detail':'brief','education':'school','language':'de'}";

  private final TargetReader reader = new TargetReader();

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void topicAlone_isTheTopic_inAnySpelling() {
    assertThat(reader.read(bytes("{'topic':' BIO  logy'}")))
        .isEqualTo(new Target(Kind.TOPIC, FoldedHashes.ofTopic("bio logy")));
  }

  @Test
  void allFields_areTheExplanationThatARequestWouldGet() {
    RequestDecoder decoder = new RequestDecoder();
    var request = decoder.read(null, bytes(ALL.replace("{", "{'requestId':'r',")), null);

    assertThat(reader.read(bytes(ALL)))
        .isEqualTo(new Target(Kind.EXPLANATION, FoldedHashes.ofQuestion(request)));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "`` | The body is not JSON",
        "{ | The body is not JSON",
        "[] | The body must be a JSON object.",
        "{} | There must be topic alone, or all of",
        "{'subtopic':'Cells'} | There must be topic alone, or all of",
        "{'topic':'B','subtopic':'C'} | There must be topic alone, or all of",
        "{'topic':'B','extra':1} | and nothing else.",
        "{'topic':'B','topic':'C'} | The body is not JSON",
        "{'topic':null} | none may be null.",
        "{'topic':'B','subtopic':'C','detail':null,'education':'e','language':'en'} | be null.",
        "{'topic':''} | topic: must not be blank.",
        "{'topic':7} | topic: must be a string.",
        "{'topic':'B','subtopic':'C','detail':'long','education':'e','language':'en'}"
            + " | detail: must be one of brief, medium, detailed."
      })
  void whatIsNotClear_isRefused(String body, String reason) {
    assertThatThrownBy(() -> reader.read(bytes(body)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
