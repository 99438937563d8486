package dev.explanations.lab.bench.trouble;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads the dead letters. */
final class DeadLetters {

  static final String TOPIC = "explanations.dead-letters";

  private DeadLetters() {}

  /** All that are committed now. */
  static List<ConsumerRecord<byte[], byte[]>> read(String bootstrapServers) {
    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    CommittedRecords.read(bootstrapServers, TOPIC, letters::add);
    return letters;
  }
}
