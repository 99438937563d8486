package dev.explanations.worker.http;

import dev.explanations.worker.settings.InvalidSettingsException;
import dev.explanations.worker.settings.Secret;
import dev.explanations.worker.settings.TokenFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over a changed token from its file. A file without a usable token changes nothing, and is
 * logged once for each change of its state. Used by one thread only.
 */
final class TokenWatch {
  private static final Logger log = LoggerFactory.getLogger(TokenWatch.class);

  private final TokenFile file;
  private final RotatingToken token;
  private final @Nullable RotatingToken other;

  /** What was wrong with the file at the last look; empty if nothing was. */
  private String problem = "";

  /**
   * @param other token with other rights, which the file must not have
   */
  TokenWatch(TokenFile file, RotatingToken token, @Nullable RotatingToken other) {
    this.file = file;
    this.token = token;
    this.other = other;
  }

  void look() {
    try {
      take(file.read());
    } catch (InvalidSettingsException e) {
      fail(String.join("; ", e.problems()));
    }
  }

  private void take(Secret read) {
    if (other != null && other.isCurrent(read)) {
      fail(file.variable() + " has the token of the other right: must be another");
      return;
    }
    if (token.replace(read)) {
      log.info(
          "{} has another token: it counts from now on, the one before for {} s more",
          file.variable(),
          RotatingToken.OVERLAP.toSeconds());
    } else if (!problem.isEmpty()) {
      log.info("{} can be used again; its token has not changed", file.variable());
    }
    problem = "";
  }

  private void fail(String found) {
    if (!found.equals(problem)) {
      problem = found;
      log.warn("{}; the token that was valid so far stays valid", found);
    }
  }
}
