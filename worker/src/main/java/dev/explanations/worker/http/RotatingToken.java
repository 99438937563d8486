package dev.explanations.worker.http;

import dev.explanations.worker.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * A token that another one may replace. A replaced token stays valid for {@link #OVERLAP}, so that
 * callers can be given the next one in turn. Thread-safe.
 */
final class RotatingToken {
  static final Duration OVERLAP = Duration.ofMinutes(1);

  private final InstantSource clock;
  private byte[] current;
  private List<Former> formers = List.of();

  /** A replaced token. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Former(byte[] digest, Instant end) {}

  RotatingToken(Secret token, InstantSource clock) {
    this.clock = clock;
    this.current = digest(token.reveal());
  }

  /** Equally long for every token, so that the time of comparing shows nothing of it. */
  static byte[] digest(String token) {
    return ControlAccess.sha256(token.getBytes(StandardCharsets.UTF_8));
  }

  synchronized boolean isCurrent(Secret token) {
    return MessageDigest.isEqual(current, digest(token.reveal()));
  }

  /** Compares with every valid token, in a time that does not depend on which one matches. */
  synchronized boolean matches(byte[] digest) {
    Instant now = clock.instant();
    boolean matches = MessageDigest.isEqual(current, digest);
    for (Former former : formers) {
      boolean same = MessageDigest.isEqual(former.digest, digest);
      matches |= same && now.isBefore(former.end);
    }
    return matches;
  }

  /** Makes the token the current one; returns whether it was not. */
  synchronized boolean replace(Secret token) {
    if (isCurrent(token)) {
      return false;
    }
    Instant now = clock.instant();
    List<Former> valid = new ArrayList<>(formers);
    valid.removeIf(former -> !now.isBefore(former.end));
    valid.add(new Former(current, now.plus(OVERLAP)));
    formers = List.copyOf(valid);
    current = digest(token.reveal());
    return true;
  }
}
