// How fast the worker's totals grow, over the last few polls.

const WINDOW_MILLIS = 10_000;

const COUNTERS = {
  received: (m) => m.requests?.received,
  explained: (m) => m.requests?.explained,
  unavailable: (m) => m.requests?.unavailable,
  rejected: (m) => m.requests?.rejected,
  deadLetters: (m) => m.requests?.dead_letters,
  storeHits: (m) => m.cache?.state_store?.hits,
  redisHits: (m) => m.cache?.redis?.hits,
  calls: (m) => m.calls?.started,
  retries: (m) => m.retries?.sent,
};

export class Rates {
  #points = [];
  #startedAt = null;

  /** Takes an answer of /api/metrics, with the time at which it came. */
  add(metrics, atMillis) {
    if (metrics.started_at !== this.#startedAt) {
      this.#startedAt = metrics.started_at;
      this.#points = [];
    }
    const values = {};
    for (const [name, read] of Object.entries(COUNTERS)) {
      values[name] = read(metrics);
    }
    this.#points.push({ atMillis, values });
    while (this.#points.length > 2 && this.#points[1].atMillis <= atMillis - WINDOW_MILLIS) {
      this.#points.shift();
    }
  }

  /** Per second; null while not known. */
  of(name) {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (!first || last.atMillis <= first.atMillis) {
      return null;
    }
    const grown = last.values[name] - first.values[name];
    return Number.isFinite(grown)
      ? Math.max(0, grown) / ((last.atMillis - first.atMillis) / 1000)
      : null;
  }

  /** Of all kinds of results. */
  results() {
    const parts = ['explained', 'unavailable', 'rejected'].map((name) => this.of(name));
    return parts.includes(null) ? null : parts.reduce((sum, part) => sum + part, 0);
  }
}
