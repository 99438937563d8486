package dev.explanations.worker.redrive;

import org.apache.kafka.clients.producer.ProducerRecord;

/** What is to be done with a dead letter. */
sealed interface Verdict {

  /** The filter does not want it. */
  record Unwanted() implements Verdict {}

  /** Wanted, but it cannot or must not be sent. */
  record Skip(RedriveReport.Cause cause) implements Verdict {}

  record Send(ProducerRecord<byte[], byte[]> request) implements Verdict {}
}
