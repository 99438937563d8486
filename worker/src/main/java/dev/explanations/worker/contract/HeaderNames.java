package dev.explanations.worker.contract;

/** The record headers that the worker writes and reads. Values are UTF-8 text, but for the key. */
public final class HeaderNames {

  /** Begins every header of the worker; intake strips all such but REPLAYS and WARM_UP. */
  public static final String PREFIX = "explanation-";

  /** On a retry: counted attempts so far. On a dead letter: the result's attempts. Decimal. */
  public static final String ATTEMPT = PREFIX + "attempt";

  /**
   * On a retry: when calls may begin again, in milliseconds since the epoch. For people; tasks only
   * tell a retry by it.
   */
  public static final String NOT_BEFORE = PREFIX + "not-before";

  /** When the worker first saw the request, in milliseconds since the epoch. */
  public static final String FIRST_SEEN = PREFIX + "first-seen";

  /** On a dead letter that was cut to fit: the original's size in bytes. */
  public static final String TRUNCATED = PREFIX + "truncated";

  /** On a dead letter that was cut to fit: SHA-256 of the original's value, in hexadecimal. */
  public static final String DIGEST = PREFIX + "sha256";

  /** Why a request was given up: an error code by its wire name. */
  public static final String REASON = PREFIX + "reason";

  /** The reason in words, at most 500 characters; on a retry, the code of the last error. */
  public static final String ERROR = PREFIX + "error";

  /** {@code topic/partition/offset} of the request record. */
  public static final String ORIGIN = PREFIX + "origin";

  /** How often the request was sent back from the dead letters, a decimal number. */
  public static final String REPLAYS = PREFIX + "replays";

  /** On a request that only fills the caches and gets no result: {@code true}. */
  public static final String WARM_UP = PREFIX + "warm-up";

  /** On a retry: the key of the request record, byte for byte; absent when it was null. */
  public static final String KEY = PREFIX + "key";

  private HeaderNames() {}
}
