// What the picture of the flow says, put together from what the worker tells.

import { breakersOf, isPaused, streamLevel } from './diagnosis.js';
import {
  UNKNOWN, count, known, percent, plural, rate, seconds, shortCount, words } from './format.js';

/** Above this share of all calls that may be in flight they count as full. */
const FULL = 0.95;

/**
 * @returns parts (number, more, second, level, share by name), lines (rate and text by name), gate
 *     (state, text) and rows, the same as text for the table
 */
export function flowNumbers(metrics, health, rates) {
  const requests = metrics?.requests ?? {};
  const breakers = breakersOf(health, metrics);
  const stream = health?.services?.kafka_streams;
  const lag = metrics?.lag?.total ?? stream?.lag;
  const parts = {
    requests: {
      number: shortCount(requests.received),
      more: `${rate(rates.of('received'))} · lag ${shortCount(lag)}`,
      level: stream && streamLevel(stream) === 'ok' ? null : 'bad',
    },
    store: storePart(metrics?.cache?.state_store ?? {}),
    waiting: waitingPart(requests, isPaused(health, metrics), breakers),
    redis: redisPart(metrics?.cache),
    gemini: geminiPart(metrics?.calls ?? {}, health?.services?.google_ai, rates),
    results: {
      number: shortCount(requests.explained),
      more: `explained ${rate(rates.of('explained'))}`,
      second: `${shortCount(requests.unavailable)} unavail. · ${shortCount(requests.rejected)} rej.`,
      level: rates.of('unavailable') > 0 ? 'warn' : null,
    },
    retries: {
      number: shortCount(metrics?.retries?.sent),
      more: rate(rates.of('retries')),
      level: rates.of('retries') > 0 ? 'warn' : null,
    },
    letters: {
      number: shortCount(requests.dead_letters),
      more: rate(rates.of('deadLetters')),
      level: rates.of('deadLetters') > 0 ? 'bad' : null,
    },
  };
  const gate = gateOf(breakers);
  return {
    parts,
    lines: linesOf(rates, metrics),
    gate,
    rows: rowsOf(metrics, lag, gate, rates),
  };
}

function storePart(store) {
  return {
    number: shortCount(store.hits),
    more: `hits, ${percent(store.hit_rate)}`,
    second: `${shortCount(store.entries)} entries`,
  };
}

function waitingPart(requests, paused, breakers) {
  const held = requests.pending > 0 && breakers[0]?.state === 'open';
  const oldest = requests.oldest_pending_seconds;
  return {
    number: shortCount(requests.pending),
    more: paused ? 'paused by hand' : requests.pending === 0 ? 'nothing waits' : `oldest ${seconds(oldest)}`,
    second: `${shortCount(requests.by_source?.coalesced)} joined another`,
    level: paused || held ? 'warn' : null,
  };
}

function redisPart(cache) {
  const redis = cache?.redis;
  if (!redis) {
    return { number: cache ? 'off' : UNKNOWN, more: cache ? 'not in use' : '', level: 'off' };
  }
  return {
    number: shortCount(redis.hits),
    more: redis.connected ? `hits, ${percent(redis.hit_rate)}` : 'not connected',
    second: plural(redis.errors, 'error'),
    level: redis.connected ? null : 'warn',
  };
}

function geminiPart(calls, gemini, rates) {
  const share = known(calls.in_flight) && calls.limit > 0 ? calls.in_flight / calls.limit : null;
  const trouble = gemini && gemini.status !== 'healthy';
  return {
    number: `${shortCount(calls.in_flight)} of ${shortCount(calls.limit)}`,
    more: trouble && gemini.error ? words(gemini.error) : `in flight · ${rate(rates.of('calls'))}`,
    level: trouble ? (gemini.status === 'unhealthy' ? 'bad' : 'warn') : share > FULL ? 'busy' : null,
    share,
  };
}

function gateOf(breakers) {
  if (breakers.length === 0) {
    return { state: 'unknown', text: '' };
  }
  const [first] = breakers;
  const others = breakers.slice(1).filter((breaker) => breaker.state.endsWith('open')).length;
  const text = first.forced ? 'held open' : words(first.state);
  return { state: first.state, text: others === 0 ? text : `${text}, ${others} more` };
}

function linesOf(rates, metrics) {
  const received = rates.of('received') ?? 0;
  const store = rates.of('storeHits') ?? 0;
  const misses = Math.max(0, received - store);
  const redis = metrics?.cache?.redis;
  return {
    received: { rate: received },
    misses: { rate: misses },
    lookups: { rate: misses },
    calls: { rate: rates.of('calls') ?? 0 },
    answers: { rate: rates.results() > 0 ? rates.of('calls') ?? 0 : 0 },
    storeHits: {
      rate: store,
      text: metrics ? `${shortCount(metrics.cache?.state_store?.hits)} from the state store` : '',
    },
    redisHits: {
      rate: rates.of('redisHits') ?? 0,
      text: redis ? `${shortCount(redis.hits)} from Redis` : '',
    },
    failures: { rate: rates.of('retries') ?? 0, text: 'failed' },
    again: { rate: rates.of('retries') ?? 0, text: 'again' },
    dead: { rate: rates.of('deadLetters') ?? 0 },
  };
}

function rowsOf(metrics, lag, gate, rates) {
  const requests = metrics?.requests ?? {};
  const store = metrics?.cache?.state_store ?? {};
  const redis = metrics?.cache?.redis;
  const calls = metrics?.calls ?? {};
  return [
    ['Requests', count(requests.received), `${rate(rates.of('received'))}, lag ${count(lag)}`],
    ['Hits in the state store', count(store.hits), `hit rate ${percent(store.hit_rate)}`],
    ['Hits in Redis', redis ? count(redis.hits) : 'off',
      redis ? `hit rate ${percent(redis.hit_rate)}, ${redis.connected ? 'connected' : 'not connected'}` : ''],
    ['Waiting', count(requests.pending), `oldest ${seconds(requests.oldest_pending_seconds)}`],
    ['Circuit breaker', gate.text || UNKNOWN, ''],
    ['Calls in flight', count(calls.in_flight), `of ${count(calls.limit)}, ${rate(rates.of('calls'))}`],
    ['Results', count(requests.explained),
      `explained; ${count(requests.unavailable)} unavailable, ${count(requests.rejected)} rejected`],
    ['Retries', count(metrics?.retries?.sent), rate(rates.of('retries'))],
    ['Dead letters', count(requests.dead_letters), rate(rates.of('deadLetters'))],
  ];
}
