package dev.explanations.lab.bench.hostile;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads the dead letters. */
final class DeadLetterReader {

  static final String TOPIC = "explanations.dead-letters";

  private DeadLetterReader() {}

  /** All that are committed now. */
  static List<ConsumerRecord<byte[], byte[]>> read(String bootstrapServers) {
    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    CommittedRecords.read(bootstrapServers, TOPIC, letters::add);
    return letters;
  }
}
