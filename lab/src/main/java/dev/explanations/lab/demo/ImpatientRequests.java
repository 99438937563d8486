package dev.explanations.lab.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests of a demo, some of them with {@code onUnavailable: fail}.
 *
 * @param all one JSON object each
 * @param impatient number of those with {@code onUnavailable: fail}
 */
record ImpatientRequests(List<String> all, int impatient) {

  private static final int EVERY = 5;

  /**
   * Reads all requests and sets {@code onUnavailable: fail} in every fifth; a line that is no JSON
   * object stays as it is.
   */
  static ImpatientRequests among(BufferedReader lines) {
    ObjectMapper json = new ObjectMapper();
    List<String> all = new ArrayList<>();
    int impatient = 0;
    for (String line : lines.lines().filter(each -> !each.isBlank()).toList()) {
      Optional<String> changed =
          all.size() % EVERY == EVERY - 1 ? impatient(json, line) : Optional.empty();
      all.add(changed.orElse(line));
      impatient += changed.isPresent() ? 1 : 0;
    }
    return new ImpatientRequests(all, impatient);
  }

  int count() {
    return all.size();
  }

  BufferedReader lines() {
    return new BufferedReader(new StringReader(String.join("\n", all)));
  }

  private static Optional<String> impatient(ObjectMapper json, String line) {
    try {
      return json.readTree(line) instanceof ObjectNode request
          ? Optional.of(request.put("onUnavailable", "fail").toString())
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
