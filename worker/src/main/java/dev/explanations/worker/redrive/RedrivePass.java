package dev.explanations.worker.redrive;

import dev.explanations.worker.redrive.RedriveReport.Cause;
import dev.explanations.worker.redrive.RedriveReport.End;
import dev.explanations.worker.redrive.Selection.Decision;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One pass over the dead letters, from where the job is to its ends. Used by one thread only. */
final class RedrivePass {

  private static final Duration POLL = Duration.ofMillis(200);

  private final RedriveJob job;
  private final JobState state;
  private final Consumer<byte[], byte[]> letters;
  private final Selection selection;
  private final @Nullable Transactions transactions;
  private final RedriveProgress progress;
  private final long sentBefore;
  private final Map<Cause, Long> skipped = new EnumMap<>(Cause.class);
  private long matched;
  private RedriveReport committed;

  /** A dry run has no {@code transactions}: nothing is sent. */
  RedrivePass(
      RedriveJob job,
      JobState state,
      Consumer<byte[], byte[]> letters,
      Selection selection,
      @Nullable Transactions transactions,
      RedriveProgress progress) {
    this.job = job;
    this.state = state;
    this.letters = letters;
    this.selection = selection;
    this.transactions = transactions;
    this.progress = progress;
    this.sentBefore = state.sent();
    this.committed = report(End.FENCED);
  }

  RedriveReport run() {
    try {
      if (!state.resumed()) {
        // the ends hold from now on, also if this run ends before it has anything to send
        commit();
      }
      pass();
      return report(limitReached() ? End.LIMIT_REACHED : End.COMPLETE);
    } catch (KafkaException e) {
      if (Transactions.isFenced(e)) {
        return committed;
      }
      throw e;
    }
  }

  private void pass() {
    letters.assign(state.partitions());
    state.partitions().forEach(partition -> letters.seek(partition, state.next(partition)));
    while (!limitReached() && state.left() > 0) {
      letters.pause(state.finished());
      long sent = state.sent();
      for (ConsumerRecord<byte[], byte[]> letter : letters.poll(POLL)) {
        if (limitReached()) {
          break;
        }
        take(letter);
      }
      if (!limitReached()) {
        // also past what is no record: the marks of transactions, and what was aborted
        state.partitions().forEach(p -> state.advance(p, letters.position(p)));
      }
      if (state.sent() > sent || limitReached() || state.left() == 0) {
        commit();
      }
      progress.show(state.total() - state.left(), state.total());
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> letter) {
    TopicPartition partition = new TopicPartition(letter.topic(), letter.partition());
    if (!state.contains(partition, letter.offset())) {
      return;
    }
    switch (selection.decide(letter)) {
      case Decision.Unwanted() -> {}
      case Decision.Skip(Cause cause) -> {
        matched++;
        skipped.merge(cause, 1L, Long::sum);
      }
      case Decision.Send(var request) -> {
        matched++;
        state.countSent();
        if (transactions != null) {
          transactions.send(letter, request);
        }
      }
    }
    state.advance(partition, letter.offset() + 1);
  }

  private void commit() {
    if (transactions != null) {
      transactions.commit(state);
    }
    committed = report(End.FENCED);
  }

  private boolean limitReached() {
    return state.sent() >= job.limit();
  }

  private RedriveReport report(End end) {
    return new RedriveReport(
        job.id(), job.dryRun(), end, matched, state.sent() - sentBefore, sentBefore, skipped);
  }
}
