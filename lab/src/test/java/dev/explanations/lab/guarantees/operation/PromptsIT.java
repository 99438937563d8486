package dev.explanations.lab.guarantees.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.Operator;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Prompts from files, a candidate, and answers of a certain age. */
class PromptsIT {

  private static final int QUESTIONS = 5_000;
  private static final Path GERMAN =
      Path.of("..", "schemas", "examples", "prompt", "class-4-german.json");

  @RegisterExtension static final Cluster cluster = new Cluster();

  @TempDir Path directory;
  private Rig rig;

  @BeforeEach
  void newApplication() {
    rig = cluster.rig(Behaviour.answer(Duration.ZERO));
  }

  private void ask(String prefix, int first, int end) {
    for (int i = first; i < end; i++) {
      rig.ask(prefix + i, Rig.request(prefix + i, i));
    }
  }

  /** The questions that each prompt has answered, by the requests with that prefix. */
  private Map<String, Set<String>> questionsByPrompt(String prefix) {
    return rig.results.stream()
        .filter(it -> it.path("requestId").asText().startsWith(prefix))
        .collect(
            Collectors.groupingBy(
                it -> it.path("promptVersion").asText(),
                Collectors.mapping(it -> it.path("subtopic").asText(), Collectors.toSet())));
  }

  private void share(Worker worker, String share, String... all) {
    Operator operator = new Operator(worker.httpPort());
    await("all workers apply it")
        .atMost(Rig.PATIENCE)
        .until(
            () ->
                operator
                    .command("/api/prompt", "{\"candidateShare\": " + share + "}")
                    .applied()
                    .containsAll(List.of(all)));
  }

  @Test
  void candidate_answersAShareOfAllQuestions_theSameOnes_wherever_andNoneIsLost() throws Exception {
    String[] candidate = {"PROMPT_CANDIDATE_FILE", GERMAN.toString()};
    Worker w1 = rig.start("w1", candidate);
    Worker w2 = rig.start("w2", candidate);
    share(w1, "0.2", "w1", "w2");
    ask("a-", 0, QUESTIONS);
    rig.answeredExactlyOnce();
    Map<String, Set<String>> first = questionsByPrompt("a-");
    String german =
        first.keySet().stream().filter(it -> it.startsWith("klasse-4-")).findAny().orElseThrow();
    assertThat(first.keySet()).containsExactlyInAnyOrder("1", german);
    assertThat(first.get(german)).hasSizeBetween(QUESTIONS * 18 / 100, QUESTIONS * 22 / 100);
    long calls = rig.gemini.statistics().calls();
    assertThat(calls).isEqualTo(QUESTIONS);

    // the other worker owns all of them, started anew
    assertThat(w1.stop()).isZero();
    assertThat(w2.stop()).isZero();
    Worker again = rig.start("w2", candidate);
    ask("b-", 0, QUESTIONS);
    rig.answeredExactlyOnce();
    assertThat(questionsByPrompt("b-")).isEqualTo(first);
    assertThat(rig.gemini.statistics().calls()).isEqualTo(calls);

    for (String share : List.of("0", "1", "0")) {
      ask("c-" + share + rig.ledger.requests() + "-", QUESTIONS, QUESTIONS + 500);
      share(again, share, "w2");
    }
    ask("d-", 0, QUESTIONS);
    rig.answeredExactlyOnce();
    assertThat(questionsByPrompt("d-").keySet()).containsExactly("1");
    // each text was made with the prompt that its result names
    Set<String> wrong = new HashSet<>();
    for (JsonNode result : rig.results) {
      boolean isGerman = result.path("explanation").asText().contains("Begriff: ");
      if (isGerman != result.path("promptVersion").asText().equals(german)) {
        wrong.add(result.path("requestId").asText());
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void anEarlierFile_costsNoCall_andABadOneIsRefused() throws Exception {
    Worker w1 = rig.start("w1");
    ask("a-", 0, 100);
    rig.answeredExactlyOnce();
    assertThat(w1.stop()).isZero();
    w1 = rig.start("w1", "PROMPT_FILE", GERMAN.toString());
    ask("b-", 0, 100);
    rig.answeredExactlyOnce();
    assertThat(questionsByPrompt("b-").keySet()).allMatch(it -> it.startsWith("klasse-4-"));
    assertThat(rig.gemini.statistics().calls()).isEqualTo(200);
    assertThat(w1.stop()).isZero();

    Path copy = directory.resolve("copy.json");
    Files.copy(Path.of("..", "worker", "src", "main", "resources", "prompt.json"), copy);
    rig.start("w1", "PROMPT_FILE", copy.toString());
    ask("c-", 0, 100);
    rig.answeredExactlyOnce();
    assertThat(questionsByPrompt("c-").keySet()).containsExactly("1");
    assertThat(rig.gemini.statistics().calls()).isEqualTo(200);
  }

  @Test
  void manyThatWantANewCall_makeTwoAtMost_andTheNextHasTheNewText() throws Exception {
    Worker worker = rig.start("w1");
    rig.ask("old", Rig.request("old", 1));
    rig.awaitResults(1);
    CompletableFuture<?> allHaveCome = new CompletableFuture<>();
    rig.gemini.behave(Behaviour.answer(Duration.ZERO).heldUntil(allHaveCome));
    String newCall = Rig.request("%s", 1).replace("}", ",\"maxAgeSeconds\":0}");
    rig.ask("new-0", newCall.formatted("new-0"));
    rig.awaitCalls(1);
    for (int i = 1; i < 1_000; i++) {
      rig.ask("new-" + i, newCall.formatted("new-" + i));
    }
    new Health(worker.httpPort()).awaitPending(1_000);
    allHaveCome.complete(null);
    rig.answeredExactlyOnce();
    long calls = rig.gemini.statistics().calls();
    assertThat(calls).as("one before, one under way, one for all that came since").isEqualTo(3);

    rig.ask("plain", Rig.request("plain", 1));
    rig.answeredExactlyOnce();
    assertThat(rig.gemini.statistics().calls()).isEqualTo(calls);
    Map<String, String> sources = new HashMap<>();
    rig.results.forEach(
        it -> sources.put(it.path("requestId").asText(), it.path("source").asText()));
    assertThat(sources).containsEntry("old", "gemini").containsEntry("plain", "state_store");
    sources.keySet().removeIf(id -> !id.startsWith("new-"));
    assertThat(sources.values()).hasSize(1_000).containsOnly("gemini", "coalesced");
  }
}
