package dev.explanations.lab.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code console} blocks of a document: commands behind a {@code $}, and what they print. */
final class Transcript {

  private static final String PROMPT = "$ ";

  /** A command and the lines that follow it, up to the next command or the end of the block. */
  record Exchange(String command, List<String> output) {}

  private Transcript() {}

  static List<Exchange> read(Path document) throws IOException {
    List<Exchange> exchanges = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(document)) {
      if (line.equals("```console")) {
        inside = true;
      } else if (line.equals("```")) {
        inside = false;
      } else if (inside && line.startsWith(PROMPT)) {
        exchanges.add(new Exchange(line.substring(PROMPT.length()), new ArrayList<>()));
      } else if (inside) {
        exchanges.getLast().output().add(line);
      }
    }
    return exchanges;
  }
}
