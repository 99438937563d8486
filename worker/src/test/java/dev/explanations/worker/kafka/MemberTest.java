package dev.explanations.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemberTest {

  /** What the others of the group are told, by way of Kafka Streams. */
  private static Member toOthers(Member self) {
    return Member.of(HostInfo.buildFromEndpoint(self.applicationServer())).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://10.1.2.3:8080", "https://w-0.workers.svc:443", "http://[fd00::7]:65535"})
  void address_isToldToTheOthers(String advertised) {
    URI uri = URI.create(advertised);
    Member self = Member.of(uri, "w1");

    assertThat(self.applicationServer()).isEqualTo(uri.getAuthority());
    assertThat(toOthers(self)).isEqualTo(self);
  }

  @ParameterizedTest
  @ValueSource(strings = {"w1", "eb5ceefe-f6ae-4b57-82c2-c0878cfcee60", "A_b.c-9"})
  void nameIsTold_whereThereIsNoAddress(String instanceId) {
    Member self = Member.of(null, instanceId);

    assertThat(toOthers(self)).isEqualTo(new Member.Named(instanceId));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "unavailable,-1",
        "a,65536",
        "user@evil,80",
        "evil/path,80",
        "evil\\\\,80",
        "evil?,80",
        "evil#,80",
        "`evil x`,80",
        "`evil\r\nx`,80",
        "::g,80",
        "[::1],80",
        "``,80",
        "a b,0",
        "``,0"
      })
  void textThatNoWorkerCanHave_isNobody(String host, int port) {
    assertThat(Member.of(new HostInfo(host.translateEscapes(), port))).isEmpty();
  }

  @Test
  void unknownHost_isNobody() {
    assertThat(Member.of(HostInfo.unavailable())).isEmpty();
  }
}
