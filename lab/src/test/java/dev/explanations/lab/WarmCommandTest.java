package dev.explanations.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Wrong usage; what it does is shown with a worker. */
class WarmCommandTest {

  private final StringWriter errors = new StringWriter();

  @Test
  void badSettings_exitWith2_andAreNamed() {
    assertThat(warm("requests.jsonl", "--bootstrap-servers", "nowhere")).isEqualTo(2);
    assertThat(errors.toString()).contains("KAFKA_BOOTSTRAP_SERVERS");
  }

  @Test
  void badPrompt_exitsWith2_andIsNamed() {
    assertThat(warm("requests.jsonl", "--prompt", "nowhere.json")).isEqualTo(2);
    assertThat(errors.toString()).contains("PROMPT_FILE=nowhere.json");
  }

  @Test
  void missingFile_isNamed() {
    assertThat(warm("nowhere.jsonl")).isEqualTo(1);
    assertThat(errors.toString()).startsWith("error: ").contains("nowhere.jsonl");
  }

  @Test
  void noFile_exitsWith2() {
    assertThat(warm()).isEqualTo(2);
  }

  private int warm(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "warm";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return LabMain.commandLine().setErr(new PrintWriter(errors, true)).execute(all);
  }
}
