package dev.explanations.worker.kafka;

import dev.explanations.worker.records.Cut;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the memory that one poll takes, whatever records unpack to. A key or value larger than any
 * dead letter is cut to its beginning, and a {@link Cut} is added to the headers. At the bound the
 * deserializer throws: the consumer then returns the records so far, and the next poll goes on with
 * the same record. Used by one thread.
 */
final class PollBudget {

  /** 16 MiB: small against the smallest heap, large against a thousand usual requests. */
  static final long MAX_BYTES = 16L << 20;

  /** Longest field that is not cut: a dead letter may hold as much. */
  static final int MAX_FIELD_BYTES = ClientProperties.MAX_RECORD_BYTES;

  /** Length of a cut field; the request's id may be in it. */
  static final int BEGINNING = 64 * 1024;

  /** Bytes on the heap of a header without name and value. */
  private static final long HEADER = 100;

  private long taken;
  private long takenBefore;
  private @Nullable Headers current;

  void beginPoll() {
    taken = 0;
    takenBefore = 0;
    current = null;
  }

  Deserializer<byte[]> keys() {
    return new Bytes(true);
  }

  Deserializer<byte[]> values() {
    return new Bytes(false);
  }

  private final class Bytes implements Deserializer<byte[]> {

    private final boolean key;

    Bytes(boolean key) {
      this.key = key;
    }

    @Override
    public byte[] deserialize(String topic, byte[] data) {
      return data;
    }

    @Override
    public byte[] deserialize(String topic, Headers headers, ByteBuffer data) {
      int size = data.remaining();
      int length = size > MAX_FIELD_BYTES ? BEGINNING : size;
      take(headers, length);
      byte[] bytes = new byte[length];
      data.duplicate().get(bytes);
      if (length < size) {
        int dropped = size - length;
        headers.add(key ? Cut.key(dropped) : Cut.value(dropped, data));
      }
      return bytes;
    }
  }

  @SuppressWarnings("ReferenceEquality") // key and value of one record come with the same object
  private void take(Headers headers, int bytes) {
    if (headers != current) {
      current = headers;
      takenBefore = taken;
      taken += HEADER * headers.toArray().length;
    }
    taken += bytes;
    if (takenBefore > 0 && taken > MAX_BYTES) {
      taken = takenBefore;
      current = null;
      throw new SerializationException("enough for one poll");
    }
  }
}
