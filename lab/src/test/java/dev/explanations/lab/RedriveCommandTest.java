package dev.explanations.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong usage; what a job does is shown with a broker. */
class RedriveCommandTest {

  private final StringWriter errors = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "--reason, tired, is none of invalid_request",
    "--id, a/b, the id must be",
    "--limit, 0, the limit must be at least 1",
    "--bootstrap-servers, nowhere, KAFKA_BOOTSTRAP_SERVERS",
    "--application-id, a b, APPLICATION_ID"
  })
  void wrongUsage_exitsWith2_andSaysWhatIsWrong(String option, String value, String message) {
    assertThat(redrive(option, value)).isEqualTo(2);
    assertThat(errors.toString()).contains(message);
  }

  @Test
  void unknownOption_exitsWith2() {
    assertThat(redrive("--everything")).isEqualTo(2);
  }

  private int redrive(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "redrive";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return LabMain.commandLine().setErr(new PrintWriter(errors, true)).execute(all);
  }
}
