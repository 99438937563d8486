package dev.explanations.lab.demo;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The requests of a demo, one JSON object a line. */
final class DemoRequests {

  private static final String SAMPLE = "/textbook-requests.jsonl";

  private DemoRequests() {}

  /**
   * Opens the requests.
   *
   * @param file path; empty for the sample in the jar
   */
  static BufferedReader open(String file) throws IOException {
    if (!file.isEmpty()) {
      return Files.newBufferedReader(Path.of(file));
    }
    InputStream sample = DemoRequests.class.getResourceAsStream(SAMPLE);
    if (sample == null) {
      throw new FileNotFoundException(SAMPLE + " is missing from the class path");
    }
    return new BufferedReader(new InputStreamReader(sample, StandardCharsets.UTF_8));
  }
}
