package dev.explanations.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExitSignalsTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final AtomicInteger halted = new AtomicInteger();
  private final AtomicInteger stops = new AtomicInteger();

  private ExitSignals signals(int stopCode) {
    return new ExitSignals(
        () -> {
          stops.incrementAndGet();
          return stopCode;
        },
        LIMIT,
        halted::set);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void signal_stops_andExitsWithTheCodeOfTheStop(int code) {
    ExitSignals signals = signals(code);

    signals.signal();

    assertThat(signals.awaitExitCode()).isEqualTo(code);
    assertThat(halted).hasValue(0);
  }

  @Test
  void signal_halts_whenItComesAgain() {
    CountDownLatch never = new CountDownLatch(1);
    ExitSignals signals =
        new ExitSignals(
            () -> {
              await(never);
              return 0;
            },
            LIMIT,
            code -> {
              halted.set(code);
              never.countDown();
            });

    signals.signal();
    assertThat(halted).hasValue(0);
    signals.signal();

    assertThat(halted).hasValue(1);
    assertThat(signals.awaitExitCode()).as("the stop that was let go").isZero();
  }

  @ParameterizedTest
  @CsvSource({"0,0,0", "1,0,1", "0,1,1"})
  void ended_stopsTheRest_andExitsWithTheWorseCode(int endCode, int stopCode, int expected) {
    ExitSignals signals = signals(stopCode);

    signals.ended(endCode);

    assertThat(signals.awaitExitCode()).isEqualTo(expected);
    assertThat(stops).hasValue(1);
  }

  /** A worker that is stopped ends, and says so as it would if it had failed. */
  @Test
  void ended_isNoFailure_whenASignalsStopBroughtIt() {
    CountDownLatch workerEnds = new CountDownLatch(1);
    CountDownLatch endIsTold = new CountDownLatch(1);
    ExitSignals signals =
        new ExitSignals(
            () -> {
              stops.incrementAndGet();
              workerEnds.countDown();
              await(endIsTold);
              return 0;
            },
            LIMIT,
            halted::set);

    signals.signal();
    await(workerEnds);
    signals.ended(1);
    endIsTold.countDown();

    assertThat(signals.awaitExitCode()).isZero();
    assertThat(stops).hasValue(1);
  }

  @Test
  void signal_exitsWithOne_whenTheStopFails() {
    ExitSignals signals =
        new ExitSignals(
            () -> {
              throw new IllegalStateException("stuck");
            },
            LIMIT,
            halted::set);

    signals.signal();

    assertThat(signals.awaitExitCode()).isEqualTo(1);
  }

  @Test
  void signal_exitsWithOne_whenTheStopTakesTooLong() {
    CountDownLatch late = new CountDownLatch(1);
    ExitSignals signals =
        new ExitSignals(
            () -> {
              await(late);
              return 0;
            },
            Duration.ofMillis(1),
            halted::set);

    signals.signal();

    assertThat(signals.awaitExitCode()).isEqualTo(1);
    late.countDown();
  }

  @Test
  void sigterm_endsAProcessWithItsOwnCode() throws IOException, InterruptedException {
    try (JavaProcess process = probe("quick")) {
      assertThat(process.nextLine()).isEqualTo("READY");

      process.terminate();

      assertThat(process.exitCode()).isZero();
    }
  }

  @Test
  void sigterm_haltsAProcess_whenItComesAgain() throws IOException, InterruptedException {
    try (JavaProcess process = probe("stuck")) {
      assertThat(process.nextLine()).isEqualTo("READY");

      process.terminate();
      assertThat(process.nextLine()).contains("Stopping");
      assertThat(process.nextLine()).isEqualTo("STUCK");
      process.terminate();

      assertThat(process.exitCode()).isEqualTo(1);
    }
  }

  private static JavaProcess probe(String kind) throws IOException {
    return new JavaProcess(Map.of(), Probe.class.getName(), kind);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A process that waits for its end, and whose stop is quick or gets stuck. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      ExitSignals signals =
          new ExitSignals(
              () -> {
                if (args[0].equals("stuck")) {
                  System.out.println("STUCK");
                  await(new CountDownLatch(1));
                }
                return 0;
              },
              LIMIT,
              Runtime.getRuntime()::halt);
      signals.install();
      System.out.println("READY");
      System.exit(signals.awaitExitCode());
    }
  }
}
