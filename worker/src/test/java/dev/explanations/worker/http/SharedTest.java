package dev.explanations.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicInteger made = new AtomicInteger();
  private long now = Long.MAX_VALUE - SECOND; // it overflows

  @Test
  void get_makesOneASecondAtMost() {
    Shared<Integer> shared = new Shared<>(made::incrementAndGet, () -> now);

    assertThat(shared.get()).isEqualTo(1);
    now += SECOND - 1;
    assertThat(shared.get()).isEqualTo(1);
    now += 1;
    assertThat(shared.get()).isEqualTo(2);
    now += 10 * SECOND;
    assertThat(shared.get()).isEqualTo(3);
  }

  @Test
  void get_makesOneForAllWhoAskAtOnce() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Shared<Integer> shared =
        new Shared<>(
            () -> {
              try {
                goOn.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return made.incrementAndGet();
            },
            () -> now);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> asked = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        asked.add(threads.submit(shared::get));
      }
      goOn.countDown();
      for (Future<Integer> one : asked) {
        assertThat(one.get()).isEqualTo(1);
      }
    }
  }

  @Test
  void get_triesAgain_afterAFailure() {
    Shared<Integer> shared =
        new Shared<>(
            () -> {
              if (made.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
              }
              return made.get();
            },
            () -> now);

    assertThatThrownBy(shared::get).hasMessage("once");
    assertThat(shared.get()).isEqualTo(2);
  }
}
