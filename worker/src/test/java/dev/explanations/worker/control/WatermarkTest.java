package dev.explanations.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatermarkTest {

  private final Watermark watermark = new Watermark();

  @Test
  void applied_isWhatWasRead_whenNothingRuns() {
    assertThat(watermark.applied()).isEqualTo(-1);
    watermark.read(5);
    assertThat(watermark.applied()).isEqualTo(4);
  }

  @Test
  void applied_staysBelowWhatIsUnfinished_inWhateverOrderItFinishes() {
    Watermark.Step first = watermark.begin(5);
    watermark.read(6);
    Watermark.Step second = watermark.begin(8);
    watermark.read(20);

    assertThat(watermark.applied()).isEqualTo(4);
    second.finished();
    assertThat(watermark.applied()).isEqualTo(4);
    first.finished();
    assertThat(watermark.applied()).isEqualTo(19);
  }

  @Test
  void applied_doesNotRunAheadOfReading() {
    watermark.read(5);
    watermark.begin(5).finished();

    assertThat(watermark.applied()).isEqualTo(4);
  }

  @Test
  void restart_forgetsWhatRan() {
    Watermark.Step before = watermark.begin(500);
    watermark.read(501);

    watermark.restart();
    watermark.read(3);
    assertThat(watermark.applied()).isEqualTo(2);
    watermark.begin(3);
    watermark.read(4);
    before.finished();
    assertThat(watermark.applied()).isEqualTo(2);
  }
}
