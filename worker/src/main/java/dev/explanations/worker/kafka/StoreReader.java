package dev.explanations.worker.kafka;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Reads a state store off the stream threads: the one place that does. It reads single keys and
 * writes nothing. A read sees what the stream thread has put, committed or not: a transaction that
 * is aborted afterwards undoes it. Thread-safe.
 */
public final class StoreReader {

  private static final Serializer<String> KEYS = new StringSerializer();

  private final StreamsRunner stream;
  private final Member self;
  private final String store;
  private final String topic;

  /** What came of a read. */
  public sealed interface Reply {
    /** This worker has the key's partition; {@code value} is empty if there is none. */
    record Owned(Optional<byte[]> value) implements Reply {}

    /** Another worker has it, as of the last rebalance. */
    record OwnedBy(Member owner) implements Reply {}

    /** No worker has the partition for now, or it is being restored: to be asked again later. */
    record Moving() implements Reply {}
  }

  /**
   * @param self this worker
   * @param store name of a store with text keys and bytes as values
   * @param topic whose partitions are those of the store's tasks
   */
  public StoreReader(StreamsRunner stream, Member self, String store, String topic) {
    this.stream = stream;
    this.self = self;
    this.store = store;
    this.topic = topic;
  }

  /**
   * Reads a key. Does not wait for Kafka.
   *
   * @param partitionKey key of the topic's records that decides the partition
   */
  public Reply read(String partitionKey, String key) {
    KafkaStreams streams = stream.streams();
    try {
      KeyQueryMetadata place = streams.queryMetadataForKey(store, partitionKey, KEYS);
      if (place == null || place.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
        return new Reply.Moving();
      }
      // by its tasks: metadata lag behind a start with another address, and addresses may be equal
      if (stream.partitions().contains(new TopicPartition(topic, place.partition()))) {
        return new Reply.Owned(Optional.ofNullable(store(place.partition()).get(key)));
      }
      return Member.of(place.activeHost())
          .filter(owner -> !owner.equals(self))
          .<Reply>map(Reply.OwnedBy::new)
          .orElseGet(Reply.Moving::new);
    } catch (InvalidStateStoreException | IllegalStateException e) {
      // the stream does not run, or the store is closed or being restored
      return new Reply.Moving();
    }
  }

  private ReadOnlyKeyValueStore<String, byte[]> store(int partition) {
    return stream
        .streams()
        .store(
            StoreQueryParameters.fromNameAndType(
                    store, QueryableStoreTypes.<String, byte[]>keyValueStore())
                .withPartition(partition));
  }
}
