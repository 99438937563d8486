package dev.explanations.lab.demo;

import dev.explanations.lab.submit.Tally;

/** Counts in the demo's last line. */
record DemoCounts(Tally tally, long calls) {

  long saved() {
    return Math.max(0, tally.results() - calls);
  }

  @Override
  public String toString() {
    return "%d requests, %d results, %d calls, %d lost, %d doubled"
        .formatted(tally.requests(), tally.results(), calls, tally.lost(), tally.doubled());
  }
}
