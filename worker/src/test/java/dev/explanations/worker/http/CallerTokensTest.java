package dev.explanations.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.api.LogCapture;
import dev.explanations.worker.fixture.ManualClock;
import dev.explanations.worker.http.CallerTokens.Right;
import dev.explanations.worker.settings.SettingsLoader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tokens whose files change, as Kubernetes changes them: behind a symbolic link that is swapped.
 */
class CallerTokensTest {
  private static final String ONE = "first-control-token";
  private static final String TWO = "second-control-token";
  private static final String READER = "first-reading-token";

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock();
  private int versions;

  /** Makes the directory a new one with these files; the link moves in one step. */
  private void mount(Map<String, String> files) throws IOException {
    Path version = Files.createDirectory(directory.resolve("..version-" + versions++));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(version.resolve(file.getKey()), file.getValue());
    }
    Path next = directory.resolve("..next");
    Files.createSymbolicLink(next, version);
    Files.move(next, directory.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private void mount(String control) throws IOException {
    mount(Map.of("control", control, "read", READER));
  }

  private CallerTokens tokens() {
    return new CallerTokens(
        SettingsLoader.load(
                Map.of(
                    "GOOGLE_API_KEY", "k",
                    "REDIS_PASSWORD", "p",
                    "ENVIRONMENT", "production",
                    "CONTROL_TOKEN_FILE", directory.resolve("data/control").toString(),
                    "READ_TOKEN_FILE", directory.resolve("data/read").toString()))
            .http(),
        clock);
  }

  private static List<String> linesOf(CallerTokens tokens) {
    try (LogCapture log = new LogCapture(TokenWatch.class)) {
      tokens.look();
      return log.lines();
    }
  }

  @Test
  void each_hasItsRight() throws Exception {
    mount(ONE + "\n");
    CallerTokens tokens = tokens();

    assertThat(tokens.required()).isTrue();
    assertThat(tokens.of(ONE)).isEqualTo(Right.COMMAND);
    assertThat(tokens.of(READER)).isEqualTo(Right.READ);
    assertThat(tokens.of(ONE + "x")).isEqualTo(Right.NONE);
    assertThat(tokens.of("")).isEqualTo(Right.NONE);
  }

  @Test
  void changedToken_countsAtOnce_andTheOneBeforeForAMinute() throws Exception {
    mount(ONE);
    CallerTokens tokens = tokens();
    mount(TWO);

    assertThat(linesOf(tokens))
        .containsExactly(
            "INFO CONTROL_TOKEN_FILE has another token: it counts from now on, the one before for"
                + " 60 s more");
    assertThat(tokens.of(TWO)).isEqualTo(Right.COMMAND);
    assertThat(tokens.of(ONE)).isEqualTo(Right.COMMAND);
    clock.advance(RotatingToken.OVERLAP.minusMillis(1));
    assertThat(tokens.of(ONE)).isEqualTo(Right.COMMAND);
    clock.advance(Duration.ofMillis(1));
    assertThat(tokens.of(ONE)).isEqualTo(Right.NONE);
    assertThat(tokens.of(TWO)).isEqualTo(Right.COMMAND);
    assertThat(tokens.of(READER)).isEqualTo(Right.READ);
    assertThat(linesOf(tokens)).isEmpty();
  }

  @Test
  void tokenThatIsPutBack_doesNotEnd() throws Exception {
    mount(ONE);
    CallerTokens tokens = tokens();
    for (String next : List.of(TWO, ONE)) {
      mount(next);
      tokens.look();
    }
    clock.advance(RotatingToken.OVERLAP);

    assertThat(tokens.of(ONE)).isEqualTo(Right.COMMAND);
    assertThat(tokens.of(TWO)).isEqualTo(Right.NONE);
  }

  /** As after a file that was read while it was written. */
  @Test
  void twoChangesWithinAMinute_cutNobodyShort() throws Exception {
    mount(ONE);
    CallerTokens tokens = tokens();
    for (String next : List.of(TWO, TWO + "-whole")) {
      mount(next);
      tokens.look();
      clock.advance(Duration.ofSeconds(20));
    }

    assertThat(tokens.of(ONE)).isEqualTo(Right.COMMAND);
    clock.advance(Duration.ofSeconds(20));
    assertThat(tokens.of(ONE)).isEqualTo(Right.NONE);
    assertThat(tokens.of(TWO)).isEqualTo(Right.COMMAND);
    assertThat(tokens.of(TWO + "-whole")).isEqualTo(Right.COMMAND);
  }

  @Test
  void fileWithoutAUsableToken_keepsTheOneBefore_andIsLoggedOnce() throws Exception {
    mount(ONE);
    CallerTokens tokens = tokens();

    mount("\n");
    assertThat(linesOf(tokens))
        .singleElement()
        .asString()
        .startsWith("WARN CONTROL_TOKEN_FILE=")
        .endsWith("the file is empty; the token that was valid so far stays valid");
    assertThat(linesOf(tokens)).isEmpty();
    mount(Map.of("read", READER));
    assertThat(linesOf(tokens)).singleElement().asString().contains("NoSuchFileException");
    assertThat(linesOf(tokens)).isEmpty();
    mount("too-short");
    assertThat(linesOf(tokens)).singleElement().asString().contains("too short", "16");
    mount("a token with spaces");
    assertThat(linesOf(tokens)).singleElement().asString().contains("must be printable ASCII");
    mount(READER);
    assertThat(linesOf(tokens)).singleElement().asString().contains("other right");
    clock.advance(RotatingToken.OVERLAP);
    assertThat(tokens.of(ONE)).isEqualTo(Right.COMMAND);
    assertThat(tokens.of("too-short")).isEqualTo(Right.NONE);
    assertThat(tokens.of(READER)).isEqualTo(Right.READ);

    mount(ONE);
    assertThat(linesOf(tokens))
        .containsExactly("INFO CONTROL_TOKEN_FILE can be used again; its token has not changed");
    assertThat(linesOf(tokens)).isEmpty();
  }

  /** Opening a pipe waits for a writer: for ever, and the other file would be forgotten, too. */
  @Test
  void pipeInPlaceOfAFile_isNotWaitedFor() throws Exception {
    mount(ONE);
    try (CallerTokens tokens = tokens();
        LogCapture log = new LogCapture(TokenWatch.class)) {
      mount(Map.of("read", "second-reading-token"));
      String pipe = directory.resolve("data/control").toString();
      assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
      tokens.start();

      await()
          .untilAsserted(() -> assertThat(tokens.of("second-reading-token")).isEqualTo(Right.READ));
      assertThat(tokens.of(ONE)).isEqualTo(Right.COMMAND);
      assertThat(log.lines())
          .contains(
              "WARN CONTROL_TOKEN_FILE: must be a regular file to be read again; the token that was"
                  + " valid so far stays valid");
    }
  }

  @Test
  void endlessFile_isNotReadToItsEnd() throws Exception {
    mount(ONE);
    CallerTokens tokens = tokens();
    mount(Map.of("read", READER));
    try (FileChannel file =
        FileChannel.open(
            directory.resolve("data/control"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE)) {
      // sparse: longer than any array
      file.write(ByteBuffer.wrap(new byte[] {'x'}), 3L << 30);
    }

    assertThat(linesOf(tokens))
        .singleElement()
        .asString()
        .endsWith("must have at most 1048576 bytes; the token that was valid so far stays valid");
    assertThat(tokens.of(ONE)).isEqualTo(Right.COMMAND);
  }

  @Test
  void log_hasNoPartOfAToken() throws Exception {
    mount(ONE);
    CallerTokens tokens = tokens();
    StringBuilder log = new StringBuilder();
    for (String next : List.of(TWO, "short-secret", "spaced secret-token-1", READER, "", ONE)) {
      mount(next);
      linesOf(tokens).forEach(log::append);
    }

    assertThat(log.toString()).isNotEmpty().doesNotContain("first-", "second-", "secret");
  }

  @Test
  void files_areLookedAt_byThemselves() throws Exception {
    mount(ONE);
    try (CallerTokens tokens = tokens()) {
      tokens.start();
      mount(Map.of("control", TWO, "read", "second-reading-token"));

      await()
          .untilAsserted(
              () -> {
                assertThat(tokens.of(TWO)).isEqualTo(Right.COMMAND);
                assertThat(tokens.of("second-reading-token")).isEqualTo(Right.READ);
              });
      assertThat(tokens.of(READER)).isEqualTo(Right.READ);
    }
  }
}
