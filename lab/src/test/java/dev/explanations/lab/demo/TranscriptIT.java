package dev.explanations.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.Resources;
import dev.explanations.lab.demo.Transcript.Exchange;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.Progress;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the documents say that a worker answers, asked of one that has run the demo. */
class TranscriptIT {

  private static final Path PAGE = Path.of("../docs/http-api.md");
  private static final Path README = Path.of("../README.md");

  @Test
  void answers_areLikeThoseOfTheDocument() throws Exception {
    List<Exchange> transcript = Transcript.read(PAGE);
    assertThat(transcript).hasSizeGreaterThan(20);
    List<String> problems = new ArrayList<>();
    try (Resources resources = new Resources();
        BufferedReader requests = DemoRequests.open("");
        HttpClient client = HttpClient.newHttpClient()) {
      Behaviour answers = Behaviour.answer(Duration.ofMillis(20));
      DemoStage stage =
          DemoStage.start(resources, DemoModel.simulator(answers, Map.of(), resources), Map.of());
      DemoRun demo = new DemoRun(stage);
      demo.answer(requests, 0, new Samples(), Progress.onStandardOutput("results"));
      assertThat(Transcript.texts(README, "")).contains(demo.summarize().toString());
      URI worker = URI.create("http://localhost:" + stage.worker().httpPort());
      HttpRequest history = HttpRequest.newBuilder(worker.resolve("/api/metrics/history")).build();
      // the first comes five seconds after the start
      await("a sample of the history")
          .atMost(Duration.ofSeconds(30))
          .until(() -> client.send(history, BodyHandlers.ofString()).body().contains("pending"));
      for (Exchange exchange : transcript) {
        replay(exchange, worker, client).forEach(it -> problems.add(exchange.command() + it));
      }
    }
    assertThat(problems).isEmpty();
  }

  private static List<String> replay(Exchange exchange, URI worker, HttpClient client)
      throws Exception {
    CurlCommand command = CurlCommand.parse(exchange.command(), worker);
    HttpResponse<String> response = client.send(command.request(), BodyHandlers.ofString());
    List<String> problems = new ArrayList<>();
    String shown = String.join("\n", exchange.output());
    int status = 200;
    if (command.statusShown()) {
      status = Integer.parseInt(shown.split(" ", 3)[1]);
      // the headers that are shown are some of those that come
      String[] parts = shown.split("\n\n", 2);
      parts[0]
          .lines()
          .skip(1)
          .map(line -> line.split(": ", 2))
          .filter(h -> !response.headers().firstValue(h[0]).orElse("").equals(h[1]))
          .forEach(h -> problems.add(": no header " + String.join(": ", h)));
      shown = parts[1];
    }
    if (response.statusCode() != status) {
      problems.add(": status %d %s".formatted(response.statusCode(), response.body()));
    } else {
      Likeness.problems(shown, response.body()).forEach(it -> problems.add(" " + it));
    }
    return problems;
  }
}
