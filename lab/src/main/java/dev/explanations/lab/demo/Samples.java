package dev.explanations.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.submit.Result;
import dev.explanations.lab.submit.ResultListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Keeps the first few explanations of different topics, to be shown. Thread-safe. */
final class Samples implements ResultListener {

  private static final int MAX = 3;
  private static final int WIDTH = 96;

  private final Set<String> topics = new HashSet<>();
  private final List<JsonNode> kept = new ArrayList<>();

  @Override
  public synchronized void arrived(Result result, JsonNode body) {
    if (kept.size() < MAX
        && result.status().equals("explained")
        && topics.add(body.path("topic").asText())) {
      kept.add(body);
    }
  }

  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (JsonNode body : kept) {
      lines.add("");
      lines.add(
          "%s / %s (%s, %s)"
              .formatted(
                  body.path("topic").asText(),
                  body.path("subtopic").asText(),
                  body.path("detail").asText(),
                  body.path("education").asText()));
      wrap(body.path("explanation").asText(), lines);
    }
    return lines;
  }

  private static void wrap(String text, List<String> lines) {
    StringBuilder line = new StringBuilder(" ");
    for (String word : text.split("\\s+", -1)) {
      if (line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(" ");
      }
      line.append(' ').append(word);
    }
    lines.add(line.toString());
  }
}
