package dev.explanations.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.broker.EmbeddedBroker;
import dev.explanations.lab.submit.FakeWorker;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@TestInstance(Lifecycle.PER_CLASS)
class SubmitCommandIT {

  private final StringWriter errors = new StringWriter();
  private EmbeddedBroker broker;
  private FakeWorker worker;

  @TempDir Path files;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    broker = EmbeddedBroker.start(directory);
    worker = FakeWorker.start(broker.bootstrapServers());
  }

  @AfterAll
  void stop() {
    worker.close();
    broker.close();
  }

  @Test
  void submit_exitsWith0_whenEveryRequestHasItsResult() throws Exception {
    Path file = Files.writeString(files.resolve("requests.jsonl"), "{\"requestId\": \"file\"}\n");

    assertThat(submit(file.toString(), "--rate", "100")).isZero();
  }

  @Test
  void submit_readsStandardInput() {
    InputStream original = System.in;
    System.setIn(
        new ByteArrayInputStream("{\"requestId\": \"in\"}\n".getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(submit("-")).isZero();
    } finally {
      System.setIn(original);
    }
  }

  @Test
  void submit_exitsWith1_whenAResultIsMissing() throws Exception {
    Path file =
        Files.writeString(
            files.resolve("lost.jsonl"), "{\"requestId\": \"lost\", \"results\": 0}\n");

    assertThat(submit(file.toString(), "--timeout", "1s")).isEqualTo(1);
  }

  @Test
  void submit_saysWhatIsWrong_whenTheFileIsMissing() {
    assertThat(submit(files.resolve("missing.jsonl").toString())).isEqualTo(1);
    assertThat(errors.toString()).startsWith("error: ").contains("missing.jsonl");
  }

  @Test
  void submit_exitsWith2_onWrongUsage() {
    assertThat(submit("-", "--timeout", "soon")).isEqualTo(2);
    assertThat(errors.toString()).contains("'soon' is no duration");
  }

  private int submit(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "submit";
    all[1] = "--bootstrap";
    all[2] = broker.bootstrapServers();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    CommandLine commandLine = LabMain.commandLine();
    return commandLine.setErr(new PrintWriter(errors, true)).execute(all);
  }
}
