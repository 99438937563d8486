package dev.explanations.lab.bench.rig;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessProbeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          DefNew     total 133248K, used 17842K [0xe0, 0xe9, 0xea)|Tenured    total 295992K, used 259714K [0xea, 0xfc, 0x10)| Metaspace       used 69812K, committed 70400K; 271
          garbage-first heap   total reserved 1048576K, committed 98304K, used 30720K [0xc0, 0x10)| Metaspace       used 20480K, committed 20800K; 30
          ZHeap           used 92160K, capacity 1048576K, max capacity 1048576K; 90
          """)
  void usedMegabytes_isTheSumOfTheGenerations_withoutTheMetaspace(String lines, long megabytes) {
    assertThat(ProcessProbe.usedMegabytes(lines.replace('|', '\n'))).isEqualTo(megabytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no such process"})
  void usedMegabytes_isUnknown_whereNothingIsSaid(String heapInfo) {
    assertThat(ProcessProbe.usedMegabytes(heapInfo)).isEqualTo(-1);
  }
}
