package dev.explanations.worker.cache;

import dev.explanations.worker.contract.Words;
import dev.explanations.worker.settings.Secret;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

final class RedisErrors {

  private static final int MAX_WORDS = 200;

  /** What Redis says when it does nothing at all, for now or for this user. */
  private static final List<String> TO_EVERYTHING =
      List.of("LOADING ", "NOAUTH ", "WRONGPASS ", "MASTERDOWN ", "BUSY ");

  private RedisErrors() {}

  /** Whether there was no answer in time, or no free connection. */
  static boolean isTimeout(Throwable failure) {
    Throwable root = root(failure);
    return root instanceof TimeoutException
        || root instanceof SocketTimeoutException
        || root instanceof NoSuchElementException;
  }

  /** Whether the value is a list, a hash or the like, which none of ours is. */
  static boolean isOfForeignType(JedisDataException answer) {
    return words(answer).startsWith("WRONGTYPE ");
  }

  /** Whether Redis refused this command alone, as a read-only one refuses writes. */
  static boolean isCommandRejected(Throwable failure) {
    return failure instanceof JedisDataException answer
        && TO_EVERYTHING.stream().noneMatch(words(answer)::startsWith);
  }

  /** One short line for logs and health, without the password, whoever has put it there. */
  static String describe(Throwable failure, @Nullable Secret password) {
    if (isTimeout(failure)) {
      return "no answer in time";
    }
    Throwable root = root(failure);
    String words =
        root instanceof JedisDataException
            ? words(root)
            : root.getClass().getSimpleName() + ": " + words(root);
    String clean = password == null ? words : words.replace(password.reveal(), "******");
    return Words.cut(clean, MAX_WORDS);
  }

  private static String words(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  /** Jedis attaches what went wrong with each address of a host instead of naming a cause. */
  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null || root.getSuppressed().length > 0) {
      Throwable cause = root.getCause();
      root = cause != null ? cause : root.getSuppressed()[0];
    }
    return root;
  }
}
