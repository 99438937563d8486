package dev.explanations.worker.topology;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Intake failed over a record, of which nothing has been forwarded. */
final class IntakeFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** A dead letter and, where there is an id, a result; sent in the record's place. */
  private final transient List<ProducerRecord<byte[], byte[]>> instead;

  IntakeFailure(String record, List<ProducerRecord<byte[], byte[]>> instead, Throwable cause) {
    super("the worker failed over the record " + record, cause);
    this.instead = List.copyOf(instead);
  }

  List<ProducerRecord<byte[], byte[]>> instead() {
    return instead;
  }
}
