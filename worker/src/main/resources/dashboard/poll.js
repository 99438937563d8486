// Asks again and again while the page is looked at.

/**
 * Runs work, waits, and runs it again; one run at a time. A hidden page asks nothing, one that is
 * shown again asks at once.
 */
export function repeat(work, intervalMillis) {
  let timer = null;
  let running = false;
  let again = false;

  async function run() {
    clearTimeout(timer);
    if (running) {
      again = true;
      return;
    }
    running = true;
    const started = performance.now();
    try {
      await work();
    } finally {
      running = false;
      schedule(started);
    }
  }

  function schedule(started) {
    if (document.hidden) {
      return;
    }
    const left = again ? 0 : Math.max(100, intervalMillis - (performance.now() - started));
    again = false;
    timer = setTimeout(run, left);
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      clearTimeout(timer);
    } else {
      run();
    }
  });
  run();
  return run;
}

/** Rounds to wait before asking again for what the worker does not have. */
const MISSING_ROUNDS = 30;

/**
 * Something that the worker may tell: its last value, and whether it has it at all (an endpoint
 * that is not there is 404). Asked for every so many rounds.
 */
export class Resource {
  constructor(fetchValue, everyRounds = 1) {
    this.fetchValue = fetchValue;
    this.everyRounds = everyRounds;
    this.value = null;
    this.receivedAt = null;
    this.missing = false;
    this.error = null;
    this.nextRound = 0;
  }

  /** Asks again, if the round has come. */
  async refresh(round) {
    if (round >= this.nextRound) {
      await this.ask();
      this.nextRound =
        round + (this.missing ? MISSING_ROUNDS : this.error ? 1 : this.everyRounds);
    }
  }

  /** Leaves what came of it in the fields; what is missing is no error. */
  async ask() {
    try {
      this.value = await this.fetchValue();
      this.receivedAt = performance.now();
      this.missing = false;
      this.error = null;
    } catch (failure) {
      this.missing = failure.status === 404;
      this.error = this.missing ? null : failure;
      if (this.missing) {
        this.value = null;
      }
    }
  }
}
