package dev.explanations.lab.demo;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of curl's command line as the documents use, so that they can be checked where there is
 * no curl.
 *
 * @param statusShown whether {@code -i} asks for the status line before the body
 */
record CurlCommand(HttpRequest request, boolean statusShown) {

  private static final String WORKER = "$WORKER";
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

  /**
   * @param worker stands for {@code $WORKER}
   * @throws IllegalArgumentException for anything that is not understood
   */
  static CurlCommand parse(String command, URI worker) {
    Deque<String> words = new ArrayDeque<>(words(command));
    if (!"curl".equals(words.poll())) {
      throw new IllegalArgumentException("not a curl command: " + command);
    }
    HttpRequest.Builder request = HttpRequest.newBuilder();
    String method = "GET";
    String body = "";
    boolean statusShown = false;
    while (!words.isEmpty()) {
      String word = words.pop();
      switch (word) {
        case "-s" -> {}
        case "-i" -> statusShown = true;
        case "-X" -> method = words.pop();
        case "-d" -> {
          body = words.pop();
          method = "POST";
        }
        case "-H" -> {
          String[] header = words.pop().split(": ", 2);
          request.header(header[0], header[1]);
        }
        default -> {
          if (!word.startsWith(WORKER + "/")) {
            throw new IllegalArgumentException("%s in: %s".formatted(word, command));
          }
          request.uri(worker.resolve(word.substring(WORKER.length())));
        }
      }
    }
    return new CurlCommand(
        request.method(method, BodyPublishers.ofString(body)).build(), statusShown);
  }

  private static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      String quoted = word.group(1) == null ? word.group(2) : word.group(1);
      words.add(quoted == null ? word.group(3) : quoted);
    }
    return words;
  }
}
