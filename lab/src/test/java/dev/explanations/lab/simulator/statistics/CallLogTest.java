package dev.explanations.lab.simulator.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallLogTest {

  private final CallLog log = new CallLog();

  @Test
  void read_tellsCallsInOrder_withTheirReplies() {
    long first = log.arrived(10);
    log.arrived(20);
    log.replied(first, 30, 429, Duration.ofMillis(3_700));

    assertThat(log.read()).first().isEqualTo(new CallTime(10, 30, 429, Duration.ofMillis(3_700)));
    assertThat(log.read()).extracting(CallTime::status).containsExactly(429, CallTime.NO_REPLY);
  }

  @Test
  void oldCalls_makeRoom_andTheirRepliesAreForgotten() {
    long first = log.arrived(0);
    for (int i = 1; i <= CallLog.CAPACITY; i++) {
      log.arrived(i);
    }
    log.replied(first, 9, 200, Duration.ZERO);

    assertThat(log.read()).hasSize(CallLog.CAPACITY);
    assertThat(log.read()).first().extracting(CallTime::arrivedNanos).isEqualTo(1L);
    assertThat(log.read()).allMatch(call -> call.status() == CallTime.NO_REPLY);
  }

  @Test
  void reset_forgetsCalls_andTheRepliesToThem() {
    long before = log.arrived(1);
    log.reset();
    log.arrived(2);
    log.replied(before, 3, 200, Duration.ZERO);

    assertThat(log.read()).hasSize(1);
    assertThat(log.read()).first().extracting(CallTime::status).isEqualTo(CallTime.NO_REPLY);
  }
}
