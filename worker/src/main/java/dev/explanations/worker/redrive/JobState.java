package dev.explanations.worker.redrive;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Progress of a job and its ends. Stored as committed offsets of the job's consumer group, with
 * ends and counts as their metadata, so that it changes in the transaction that sends. Used by one
 * thread only.
 */
final class JobState {

  private static final Pattern METADATA = Pattern.compile("end=(\\d{1,18}) sent=(\\d{1,18}) (.*)");

  private final String terms;
  private final Map<TopicPartition, Long> next;
  private final Map<TopicPartition, Long> ends;
  private final boolean resumed;
  private final long total;
  private long sent;

  private JobState(
      String terms,
      Map<TopicPartition, Long> next,
      Map<TopicPartition, Long> ends,
      boolean resumed,
      long sent) {
    this.terms = terms;
    this.next = new HashMap<>(next);
    this.ends = Map.copyOf(ends);
    this.resumed = resumed;
    this.sent = sent;
    this.total = left();
  }

  static JobState begin(
      RedriveJob job, Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends) {
    return new JobState(job.terms(), beginnings, ends, false, 0);
  }

  /**
   * Restores the state that an earlier run committed.
   *
   * @throws RedriveException if the earlier run wanted something else
   */
  static JobState resume(RedriveJob job, Map<TopicPartition, OffsetAndMetadata> committed) {
    Map<TopicPartition, Long> next = new HashMap<>();
    Map<TopicPartition, Long> ends = new HashMap<>();
    long sent = 0;
    for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : committed.entrySet()) {
      Matcher metadata = METADATA.matcher(entry.getValue().metadata());
      if (!metadata.matches()) {
        throw new RedriveException(
            "The offsets of job %s were not written by a redrive: choose another id"
                .formatted(job.id()));
      }
      if (!metadata.group(3).equals(job.terms())) {
        throw new RedriveException(
            "Job %s was started with %s: repeat that, or choose another id"
                .formatted(job.id(), metadata.group(3)));
      }
      next.put(entry.getKey(), entry.getValue().offset());
      ends.put(entry.getKey(), Long.parseLong(metadata.group(1)));
      sent = Long.parseLong(metadata.group(2));
    }
    return new JobState(job.terms(), next, ends, true, sent);
  }

  boolean resumed() {
    return resumed;
  }

  Set<TopicPartition> partitions() {
    return ends.keySet();
  }

  long next(TopicPartition partition) {
    return next.getOrDefault(partition, 0L);
  }

  /** By all runs of the job. */
  long sent() {
    return sent;
  }

  /** Offsets that this run has to pass, those it has passed included. */
  long total() {
    return total;
  }

  long left() {
    return ends.keySet().stream().mapToLong(this::left).sum();
  }

  private long left(TopicPartition partition) {
    return Math.max(0, end(partition) - next(partition));
  }

  private long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  /** Whether the job has yet to look at that letter. */
  boolean contains(TopicPartition partition, long offset) {
    return offset >= next(partition) && offset < end(partition);
  }

  List<TopicPartition> finished() {
    return ends.keySet().stream().filter(partition -> left(partition) == 0).toList();
  }

  void countSent() {
    sent++;
  }

  /** Never beyond the end, and never back. */
  void advance(TopicPartition partition, long offset) {
    next.merge(partition, Math.min(offset, end(partition)), Math::max);
  }

  /** All partitions each time, so that they expire together if nobody resumes the job. */
  Map<TopicPartition, OffsetAndMetadata> toCommit() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    ends.forEach(
        (partition, end) ->
            offsets.put(
                partition,
                new OffsetAndMetadata(
                    next(partition), "end=%d sent=%d %s".formatted(end, sent, terms))));
    return offsets;
  }
}
