package dev.explanations.lab.guarantees.promise;

import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.ViolationLog;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** No secret is emitted: as it is, URL-encoded, or as a part of something in Base64. */
public final class NothingSecretEmitted extends ViolationLog {

  /**
   * Description (which secret, in which form) by the text to look for. Violations show the
   * description only.
   */
  private final Map<String, String> forms = new LinkedHashMap<>();

  public NothingSecretEmitted(List<String> secrets) {
    for (int i = 0; i < secrets.size(); i++) {
      String secret = secrets.get(i);
      String which = "secret %d of %d".formatted(i + 1, secrets.size());
      forms.put(secret, which + " as it is");
      forms.putIfAbsent(URLEncoder.encode(secret, StandardCharsets.UTF_8), which + ", URL-encoded");
      for (int before = 0; before < 3; before++) {
        String encoded = inBase64(secret, before);
        forms.putIfAbsent(encoded, which + " in Base64");
        forms.putIfAbsent(
            encoded.replace('+', '-').replace('/', '_'), which + " in Base64 for URLs");
      }
    }
  }

  /**
   * Base64 characters that depend on the secret alone, when {@code before} bytes come before it.
   */
  private static String inBase64(String secret, int before) {
    byte[] bytes = (" ".repeat(before) + secret).getBytes(StandardCharsets.UTF_8);
    String encoded = Base64.getEncoder().withoutPadding().encodeToString(bytes);
    int own = (before * 8 + 5) / 6;
    int shared = bytes.length % 3 == 0 ? 0 : 1;
    return encoded.substring(own, encoded.length() - shared);
  }

  @Override
  public void saw(Observation observation) {
    if (observation instanceof Observation.Emitted(long nanos, String where, String text)) {
      forms.forEach(
          (form, which) -> {
            if (text.contains(form)) {
              broken(nanos, where + " shows " + which);
            }
          });
    }
  }
}
