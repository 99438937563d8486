package dev.explanations.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenWorkTest {

  private final OpenWork work = new OpenWork();
  private final ExecutorService one = Executors.newSingleThreadExecutor();
  private final ExecutorService other = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    one.shutdownNow();
    other.shutdownNow();
  }

  private static void on(ExecutorService thread, Runnable action) {
    CompletableFuture.runAsync(action, thread).join();
  }

  @Test
  void idleThreads_areNotWaitedFor() {
    assertThat(work.committed()).isCompleted();
    on(one, work::afterPoll);
    on(one, work::beforePoll);
    assertThat(work.committed()).isCompleted();
  }

  @Test
  void threadInAStep_isWaitedFor_alsoBeforeItHasSentAnything() {
    on(one, work::afterPoll);
    CompletableFuture<@Nullable Void> committed = work.committed();
    assertThat(committed).isNotDone();

    on(one, work::sent);
    on(one, work::beforePoll);
    on(one, work::afterPoll);
    assertThat(committed).isNotDone();
    on(one, work::ended);

    assertThat(committed).isCompleted();
  }

  @Test
  void threadThatWaitsForRecords_withATransactionOpen_isWaitedFor() {
    on(one, work::afterPoll);
    on(one, work::sent);
    on(one, work::beforePoll);

    CompletableFuture<@Nullable Void> committed = work.committed();

    assertThat(committed).isNotDone();
    on(one, work::ended);
    assertThat(committed).isCompleted();
  }

  @Test
  void stepWithoutAnythingSent_endsWithTheNextPoll() {
    on(one, work::afterPoll);
    CompletableFuture<@Nullable Void> committed = work.committed();
    on(one, work::beforePoll);
    assertThat(committed).isCompleted();
  }

  @Test
  void allThreads_areWaitedFor_eachForItself() {
    on(one, work::afterPoll);
    on(other, work::afterPoll);
    CompletableFuture<@Nullable Void> committed = work.committed();
    on(one, work::ended);
    on(one, work::ended);
    assertThat(committed).isNotDone();

    on(other, work::gone);

    assertThat(committed).isCompleted();
    on(one, work::beforePoll);
    assertThat(work.committed()).as("the dead one").isCompleted();
  }
}
