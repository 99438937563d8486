package dev.explanations.lab.bench.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordCountsTest {

  private static final RecordCounts BEFORE =
      new RecordCounts(Map.of("a", 100L, "__offsets", 5L, "quiet", 7L), Map.of("a", 10L));

  @Test
  void since_leavesOutTopicsWithoutNews() {
    RecordCounts now =
        new RecordCounts(
            Map.of("a", 170L, "new", 30L, "__offsets", 9L, "quiet", 7L),
            Map.of("a", 30L, "new", 1L));

    RecordCounts since = now.since(BEFORE);

    assertThat(since.offsets()).isEqualTo(Map.of("a", 70L, "new", 30L, "__offsets", 4L));
    assertThat(since.markers()).isEqualTo(Map.of("a", 20L, "new", 1L));
  }

  @Test
  void data_isWithoutMarkers_andWithoutTheBrokersOwnTopics() {
    assertThat(BEFORE.data()).isEqualTo(97);
  }
}
