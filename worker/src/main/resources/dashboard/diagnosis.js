// What is wrong, in words, worst first, each with what can be done about it.

import { ago, count, known, millis, plural, seconds, time, words } from './format.js';

const ORDER = { bad: 0, warn: 1, note: 2 };
const LEVELS = { healthy: 'ok', degraded: 'warn', unhealthy: 'bad' };
const TITLES = {
  ok: 'Healthy: nothing is wrong',
  warn: 'Degraded: it works, with less than it should have',
  bad: 'Unhealthy: a person is needed',
};

/** How far the lag must have grown, and to what, before it is worth a word. */
const LAG_GROWTH = 2;
const LAG_FLOOR = 100;
const LAG_MINUTES = 3;

/** A request that has waited for this long is worth a word if nothing else tells why. */
const OLD_SECONDS = 60;

export function level(status) {
  return LEVELS[status] ?? 'off';
}

/**
 * @param health the answer of /api/health
 * @param metrics that of /api/metrics, or null
 * @param history the samples of /api/metrics/history, or an empty array
 * @returns level (ok, warn, bad), title, and reasons: level, brief (what it is, without numbers that
 *     change, so that it can be read aloud), more, and, if something can be done about it from here,
 *     action: a command with its subject
 */
export function diagnose(health, metrics, history, nowMillis) {
  const services = health.services ?? {};
  const reasons = [
    ...streamReasons(services.kafka_streams ?? {}, metrics),
    ...geminiReasons(services.google_ai ?? {}),
    ...breakerReasons(breakersOf(health, metrics), metrics, nowMillis),
    ...cacheReasons(services.cache ?? {}),
    ...otherReasons(services),
    ...pauseReasons(isPaused(health, metrics), metrics, nowMillis),
  ];
  if (reasons.every((reason) => reason.level === 'note')) {
    reasons.push(...waitingReasons(metrics));
  }
  reasons.push(...lagReasons(history));
  reasons.sort((a, b) => ORDER[a.level] - ORDER[b.level]);
  const overall = level(health.status);
  return { level: overall, title: TITLES[overall] ?? words(health.status), reasons };
}

/** By name; those of the metrics, which have a history, before those of the health report. */
export function breakersOf(health, metrics) {
  const all = metrics?.circuit_breakers ?? health?.services?.circuit_breakers ?? {};
  return Object.values(all).filter((breaker) => breaker && typeof breaker.state === 'string');
}

/** Whether an operator wants no calls. */
export function isPaused(health, metrics) {
  return Boolean(metrics?.stream?.paused ?? health?.services?.kafka_streams?.paused);
}

/** Of the stream itself; that it is paused is not its trouble. */
export function streamLevel(stream) {
  return stream.error === 'paused' ? 'ok' : level(stream.status);
}

/** When the breaker came into its state, as ISO; null when not known. */
export function since(breaker) {
  const last = breaker.transitions?.at(-1);
  return last?.to === breaker.state ? last.at : null;
}

function reason(level, brief, more = '', action = null) {
  return { level, brief, more, action };
}

function troubled(service) {
  return service.status !== undefined && service.status !== 'healthy';
}

/** By the error in the health report; those that are not here need a look at the log. */
const STREAM_TROUBLES = {
  clock_set_back: ['The clock of the machine was set back.',
    'The worker ends, so that its supervisor starts it again; nothing is lost.'],
  broker_unreachable: ['Kafka cannot be reached.',
    'Nothing is read or answered until a broker answers; nothing is lost, and it goes on by itself.'],
  starting: ['The stream is starting.', 'Until it runs, requests wait in the topic.'],
  rebalancing: ['The stream has been rebalancing for long.',
    'Partitions move between workers; until then their requests wait in the topic.'],
  stopping: ['The worker is stopping.', 'Others take over its partitions.'],
  calls_stuck: ['Calls run for longer than their time limit allows.', 'See the log for a BUG; restart the worker.'],
  outcomes_stuck: ['Outcomes of calls do not come back.',
    'Calls have ended, but what came of them has not been read from Kafka: look at the brokers and at the lag.'],
  internal_error: ['The worker itself has failed over a record.',
    'It was taken out, as a dead letter with the reason internal_error; the log has the cause.'],
  overloaded: ['As many requests wait as may (MAX_PENDING).',
    'New ones that need a call are answered as unavailable, with a dead letter.'],
};

function streamReasons(stream, metrics) {
  const how = streamLevel(stream);
  if (how !== 'warn' && how !== 'bad') {
    return [];
  }
  const [brief, more] = STREAM_TROUBLES[stream.error] ?? [];
  if (brief) {
    return [reason(how, brief, more)];
  }
  const log = metrics?.instance_id ? `The log of ${metrics.instance_id}` : 'Its log';
  return [reason(how, `The stream is ${stream.state ?? 'in an unknown state'}.`,
    `${plural(stream.threads, 'thread')} alive: this worker answers nothing. ${log} says why; a restart loses nothing.`)];
}

function geminiReasons(gemini) {
  if (!troubled(gemini)) {
    return [];
  }
  const said = gemini.detail ? ` Gemini said: ${gemini.detail}` : '';
  switch (gemini.error) {
    case 'misconfigured':
      return [reason('bad', `Gemini refuses the calls for ${gemini.model}.`,
        `The key, its rights or the model’s name are wrong. Requests wait; none is lost.${said}`)];
    case 'quota_exhausted':
      return [reason('warn', `A quota for ${gemini.model} is used up.`,
        `Requests wait until it comes back or is raised.${said}`)];
    default:
      return [reason(level(gemini.status), `Gemini: ${words(gemini.error)}.`, said)];
  }
}

function breakerReasons(breakers, metrics, nowMillis) {
  const pending = metrics?.requests?.pending;
  const waiting = known(pending)
    ? ` ${plural(pending, 'request')} ${pending === 1 ? 'waits' : 'wait'}.` : '';
  return breakers.flatMap((breaker) => {
    const at = since(breaker);
    const failed = breaker.state === 'open' && breaker.failure_count > 0 && !breaker.forced
      ? `after ${plural(breaker.failure_count, 'failure')} in a row` : null;
    const when = [at && `since ${time(at, nowMillis)}, ${ago(at, nowMillis)}`, failed]
      .filter(Boolean).join(', ');
    const told = when === '' ? '' : `${when[0].toUpperCase()}${when.slice(1)}. `;
    const brief = (state) => `The circuit breaker ${breaker.name} is ${state}.`;
    const action = { command: 'reset', subject: breaker.name };
    if (breaker.state === 'open') {
      return [breaker.forced
        ? reason('warn', brief('held open by hand'),
            `${told}Gemini is not called until it is reset.${waiting}`, action)
        : reason('warn', brief('open'),
            `${told}Gemini is not called; it is tried again by itself.${waiting}`, action)];
    }
    return breaker.state === 'half_open'
      ? [reason('note', brief('half open'), `${told}A few calls probe whether Gemini answers again.`)]
      : [];
  });
}

function cacheReasons(cache) {
  if (!troubled(cache)) {
    return [];
  }
  const error = cache.error ? ` (${cache.error})` : '';
  if (cache.type !== 'redis') {
    return [reason(level(cache.status), `The cache is ${cache.status}${error}.`)];
  }
  return [cache.connected
    ? reason(level(cache.status), `Redis is used with limits${error}.`,
        'The worker goes on with its own store.')
    : reason(level(cache.status), `Redis cannot be reached${error}.`,
        'The worker goes on without it: more calls, nothing lost. It is used again once it is back.')];
}

const KNOWN_SERVICES = new Set(['kafka_streams', 'google_ai', 'circuit_breakers', 'cache']);

/** Services that a newer worker may report. */
function otherReasons(services) {
  return Object.entries(services)
    .filter(([name, service]) => !KNOWN_SERVICES.has(name) && troubled(service ?? {}))
    .map(([name, service]) => reason(
      level(service.status), `${words(name)} is ${service.status}.`,
      [service.error && words(service.error), service.detail].filter(Boolean).join(': ')));
}

function pauseReasons(paused, metrics, nowMillis) {
  const reasons = [];
  if (paused) {
    reasons.push(reason('warn', 'Work is paused by hand.',
      'No new call is made until it is resumed, also after a restart.', { command: 'resume' }));
  }
  const until = millis(metrics?.rate_limiting?.paused_until);
  if (until !== null && until > nowMillis) {
    reasons.push(reason('note', 'Gemini asked to wait.',
      `No call before ${time(until, nowMillis)}, ${seconds(Math.ceil((until - nowMillis) / 1000))} from now.`));
  }
  return reasons;
}

function waitingReasons(metrics) {
  const { oldest_pending_seconds: oldest, pending } = metrics?.requests ?? {};
  return known(oldest) && oldest > OLD_SECONDS
    ? [reason('note', 'Requests wait for long.',
        `The oldest of ${plural(pending, 'waiting request')} has waited for ${seconds(oldest)}.`)]
    : [];
}

function lagReasons(history) {
  const last = history.at(-1);
  const before = last && history.find((sample) =>
    millis(sample.at) >= millis(last.at) - LAG_MINUTES * 60_000);
  if (!before || !known(last.lag) || !known(before.lag)
      || last.lag < LAG_FLOOR || last.lag < before.lag * LAG_GROWTH) {
    return [];
  }
  const then = seconds((millis(last.at) - millis(before.at)) / 1000);
  return [reason('note', 'The lag grows.',
    `${plural(last.lag, 'record')} not yet read; ${then} ago ${count(before.lag)}.`)];
}
