package dev.explanations.worker.redrive;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Where a sweep's requests go. */
interface Outlet {

  /** Of a dry run. */
  Outlet NOWHERE =
      new Outlet() {
        @Override
        public void send(
            ConsumerRecord<byte[], byte[]> letter, ProducerRecord<byte[], byte[]> request) {}

        @Override
        public void commit(JobState state) {}
      };

  /** Takes effect with the next commit. */
  void send(ConsumerRecord<byte[], byte[]> letter, ProducerRecord<byte[], byte[]> request);

  /** What was sent since the last commit, and the job's state, together or not at all. */
  void commit(JobState state);
}
