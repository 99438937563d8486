package dev.explanations.worker.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.PromptTemplate;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptsTest {

  private static final int QUESTIONS = 5_000;

  private final PromptTemplate candidate;
  private double share;
  private final Prompts prompts;

  PromptsTest() throws InvalidFileException {
    candidate =
        PromptFile.parse(
            """
            {"name": "next", "system": "s", "user": "{topic} {subtopic}",
             "detail": {"brief": {"maxWords": 1}, "medium": {"maxWords": 1},
               "detailed": {"maxWords": 1}}}
            """
                .getBytes(UTF_8));
    prompts = prompts("m", candidate);
  }

  private Prompts prompts(String model, PromptTemplate candidate) {
    return new Prompts(model, PromptFile.builtIn(), candidate, () -> share);
  }

  private static ExplanationRequest request(int question) {
    return new ExplanationRequest(
        "r", "t", "s-" + question, Detail.BRIEF, "e", "en", OnUnavailable.RETRY, null, null);
  }

  private Set<Integer> ofCandidate(Prompts prompts) {
    return IntStream.range(0, QUESTIONS)
        .boxed()
        .filter(i -> version(prompts, i).equals(candidate.version()))
        .collect(Collectors.toSet());
  }

  private static String version(Prompts prompts, int question) {
    ExplanationRequest request = request(question);
    return prompts.of(request, prompts.keyOf(request)).version();
  }

  @Test
  void shareOfQuestions_getsTheCandidate_theSameOnEveryWorker_andMoreWhenItGrows() {
    share = 0.2;
    Set<Integer> fifth = ofCandidate(prompts);
    assertThat(fifth).hasSizeBetween(QUESTIONS * 18 / 100, QUESTIONS * 22 / 100);
    assertThat(ofCandidate(prompts("another model", candidate))).isEqualTo(fifth);

    share = 0.5;
    assertThat(ofCandidate(prompts)).containsAll(fifth);
    share = 0;
    assertThat(ofCandidate(prompts)).isEmpty();
    share = 1;
    assertThat(ofCandidate(prompts)).hasSize(QUESTIONS);
  }

  @Test
  void whatWaits_keepsThePromptOfItsKey_whenTheShareChanges() {
    share = 1;
    ExplanationRequest request = request(1);
    String key = prompts.keyOf(request);
    share = 0;
    assertThat(prompts.keyOf(request)).isNotEqualTo(key);
    assertThat(prompts.ownKey(request, key)).isEqualTo(key);
    assertThat(prompts.of(request, key).version()).isEqualTo(candidate.version());
  }

  @Test
  void keyOfAnotherWorker_isReplacedByOnesOwn() {
    ExplanationRequest request = request(1);
    share = 1;
    String foreign = prompts("another model", candidate).keyOf(request);
    assertThat(prompts.ownKey(request, foreign)).isEqualTo(prompts.keyOf(request));
    share = 0;
    assertThat(prompts.ownKey(request, foreign)).isEqualTo(prompts.keyOf(request));
  }

  @Test
  void withoutACandidate_theShareSaysNothing() {
    share = 1;
    Prompts alone = new Prompts("m", PromptFile.builtIn(), null, () -> share);
    assertThat(version(alone, 1)).isEqualTo("1");
    assertThat(alone.status()).isEqualTo(new Prompts.Status("1", null, 1));
    assertThat(prompts.status()).isEqualTo(new Prompts.Status("1", candidate.version(), 1));
  }
}
