package dev.explanations.lab.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands in a document, and the output that it shows for them. */
final class Transcript {

  private static final String FENCE = "```";
  private static final String PROMPT = "$ ";

  /** A command, which may have several lines, and the lines that it prints. */
  record Exchange(String command, List<String> output) {}

  private record Block(String language, List<String> lines) {}

  private Transcript() {}

  /** The {@code console} blocks: commands behind a {@code $}, each with the lines that follow. */
  static List<Exchange> read(Path document) throws IOException {
    List<Exchange> exchanges = new ArrayList<>();
    for (Block block : blocks(document)) {
      if (block.language().equals("console")) {
        for (String line : block.lines()) {
          if (line.startsWith(PROMPT)) {
            exchanges.add(new Exchange(line.substring(PROMPT.length()), new ArrayList<>()));
          } else {
            exchanges.getLast().output().add(line);
          }
        }
      }
    }
    return exchanges;
  }

  /** The {@code sh} blocks whose output is in a {@code text} block that comes next. */
  static List<Exchange> readShell(Path document) throws IOException {
    List<Exchange> exchanges = new ArrayList<>();
    List<String> command = List.of();
    for (Block block : blocks(document)) {
      if (block.language().equals("text") && !command.isEmpty()) {
        exchanges.add(new Exchange(String.join("\n", command), block.lines()));
      }
      command = block.language().equals("sh") ? block.lines() : List.of();
    }
    return exchanges;
  }

  /** The blocks of one language, each as one text. */
  static List<String> texts(Path document, String language) throws IOException {
    return blocks(document).stream()
        .filter(block -> block.language().equals(language))
        .map(block -> String.join("\n", block.lines()))
        .toList();
  }

  private static List<Block> blocks(Path document) throws IOException {
    List<Block> blocks = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(document)) {
      if (line.startsWith(FENCE)) {
        inside = !inside;
        if (inside) {
          blocks.add(new Block(line.substring(FENCE.length()), new ArrayList<>()));
        }
      } else if (inside) {
        blocks.getLast().lines().add(line);
      }
    }
    return blocks;
  }
}
