package dev.explanations.worker.records;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Marks a record of which only the beginning was read, as its last header. A producer cannot forge
 * it, since it is recognised by its class, not its name.
 *
 * @param dropped bytes that were not read
 * @param digest SHA-256 of the whole value; {@code null} if the key was cut
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Cut(int dropped, byte @Nullable [] digest) implements Header {

  /** Has the worker's prefix, so it is never carried on as a producer's header. */
  private static final String NAME = "explanation-cut";

  public static Cut key(int dropped) {
    return new Cut(dropped, null);
  }

  /** Digests the whole value, whose position is not moved. */
  public static Cut value(int dropped, ByteBuffer value) {
    MessageDigest digest = sha256();
    digest.update(value.duplicate());
    return new Cut(dropped, digest.digest());
  }

  public static byte[] digest(byte @Nullable [] value) {
    return sha256().digest(value == null ? new byte[0] : value);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String key() {
    return NAME;
  }

  @Override
  @SuppressWarnings("NullAway") // a header's value may be null
  public byte[] value() {
    return null;
  }
}
