// The panels of plain facts.

import { isPaused, streamLevel } from './diagnosis.js';
import { byId, element, facts, setText, show, table } from './dom.js';
import {
  UNKNOWN, ago, count, known, millis, percent, plural, seconds, time, words } from './format.js';

/** Shown instead of numbers that an older worker does not have. */
const NOT_AVAILABLE = [['Not available', 'this worker has no /api/metrics']];

/** Of the last minutes. */
function latency(name, object) {
  return [
    [`${name} p50, p95`, `${seconds(object?.p50)}, ${seconds(object?.p95)}`],
    ['p99, longest', `${seconds(object?.p99)}, ${seconds(object?.max)}`, 'sub'],
  ];
}

export function showCalls(metrics, health) {
  setText(byId('model'), health?.services?.google_ai?.model ?? '');
  const calls = metrics?.calls;
  if (!calls) {
    facts(byId('calls'), NOT_AVAILABLE);
    return;
  }
  const failures = ['unusable', 'throttled', 'unavailable', 'misconfigured', 'rejected'];
  facts(byId('calls'), [
    ['In flight', `${count(calls.in_flight)} of ${count(calls.limit)}${
      calls.limit < calls.max_in_flight ? `, reduced from ${count(calls.max_in_flight)}` : ''}`,
    calls.limit < calls.max_in_flight ? 'warn' : null],
    ['Calls', count(calls.started)],
    ['Explained', count(calls.by_outcome?.explained)],
    ...failures.map((name) => [
      words(name).replace(/^./, (letter) => letter.toUpperCase()), count(calls.by_outcome?.[name]),
      calls.by_outcome?.[name] > 0 ? 'warn' : null]),
    ...latency('Latency', calls.latency_seconds),
    ['Tokens', `${count(calls.tokens?.total)} (${count(calls.tokens?.prompt)} in, ${count(calls.tokens?.output)} out)`],
  ]);
}

export function showLimits(metrics, nowMillis) {
  const limits = metrics?.rate_limiting;
  if (!limits) {
    facts(byId('limits'), []);
    return;
  }
  const use = (limit) => limit?.limit > 0 ? `${count(limit.used)} of ${count(limit.limit)}` : 'no limit';
  const until = millis(limits.paused_until);
  const paused = until !== null && until > nowMillis;
  facts(byId('limits'), [
    ['Calls this minute', use(limits.requests_per_minute)],
    ['Tokens this minute', use(limits.tokens_per_minute)],
    ['Gemini asked to wait', paused ? `until ${time(until, nowMillis)}` : 'no', paused ? 'warn' : null],
  ]);
}

export function showCache(metrics, health) {
  const cache = metrics?.cache;
  const rows = !cache ? [] : [
    ['Hits', (tier) => count(tier.hits)],
    ['Misses', (tier) => count(tier.misses)],
    ['Hit rate', (tier) => percent(tier.hit_rate)],
    ['Written', (tier) => count(tier.sets)],
    ['Entries', (tier) => count(tier.entries)],
    ['Errors', (tier) => count(tier.errors)],
    ['Latency p95', (tier) => seconds(tier.latency_seconds?.p95)],
    ['Calls saved', (tier) => count(tier.calls_saved)],
    ['Tokens saved', (tier) => count(tier.tokens_saved)],
  ].map(([label, read]) => [
    label, read(cache.state_store ?? {}), cache.redis ? read(cache.redis) : UNKNOWN]);
  const redis = !cache?.redis ? 'Redis (off)' : cache.redis.connected ? 'Redis' : 'Redis (not connected)';
  const type = health?.services?.cache?.type;
  show(byId('cache'), [rows, redis, type], () =>
    cache
      ? table('Cache by tier', ['', 'State store', redis], rows)
      : element('p', { class: 'hint' },
          `Statistics are not available from this worker${type ? `; tiers up to ${words(type)}` : ''}.`));
}

export function showStream(metrics, health, nowMillis) {
  const stream = health?.services?.kafka_streams ?? {};
  const threads = metrics?.stream?.threads ?? stream.threads;
  const paused = isPaused(health, metrics);
  const pairs = [
    ['State', metrics?.stream?.state ?? stream.state ?? UNKNOWN, streamLevel(stream) === 'ok' ? null : 'bad'],
    ['Work', paused ? 'paused by hand' : 'going on', paused ? 'warn' : null],
    ['Threads', count(threads), threads === 0 ? 'bad' : null],
    ['Lag', plural(metrics?.lag?.total ?? stream.lag, 'record')],
  ];
  if (metrics) {
    pairs.splice(3, 0, ['Tasks', count(metrics.stream?.tasks)]);
    for (const [topic, lag] of Object.entries(metrics.lag?.by_topic ?? {})) {
      pairs.push([topic, count(lag), 'sub']);
    }
    pairs.push(['Started', `${time(metrics.started_at, nowMillis)}, ${ago(metrics.started_at, nowMillis)}`]);
  }
  facts(byId('stream'), pairs);
}

export function showRequests(metrics) {
  const requests = metrics?.requests;
  if (!requests) {
    facts(byId('requests'), NOT_AVAILABLE);
    return;
  }
  const sources = requests.by_source ?? {};
  const reasons = Object.entries(metrics.retries?.by_reason ?? {}).filter(([, times]) => times > 0);
  facts(byId('requests'), [
    ['Received', count(requests.received)],
    ['Explained', count(requests.explained)],
    ['by Gemini', count(sources.gemini), 'sub'],
    ['by the state store', count(sources.state_store), 'sub'],
    ['by Redis', count(sources.redis), 'sub'],
    ['by another’s call', count(sources.coalesced), 'sub'],
    ['Unavailable', count(requests.unavailable), requests.unavailable > 0 ? 'warn' : null],
    ['Rejected', count(requests.rejected)],
    ['Dead letters', count(requests.dead_letters), requests.dead_letters > 0 ? 'warn' : null],
    ['Waiting', `${count(requests.pending)}${known(requests.oldest_pending_seconds)
      ? `, oldest ${seconds(requests.oldest_pending_seconds)}` : ''}`],
    ...latency('End to end', requests.end_to_end_seconds),
    ['Retries sent', count(metrics.retries?.sent)],
    ...reasons.map(([reason, times]) => [`for ${words(reason)}`, count(times), 'sub']),
  ]);
}

export function showWorkers(metrics, nowMillis) {
  const workers = metrics?.workers ?? [];
  const rows = workers.map((worker) => [
    worker.self ? `${worker.id} (this one)` : worker.id,
    worker.last_heartbeat ? ago(worker.last_heartbeat, nowMillis) : UNKNOWN,
    count(worker.applied_offset),
  ]);
  show(byId('workers'), rows, () =>
    rows.length > 0
      ? table('Workers of the application', ['Worker', 'Heartbeat', 'Has applied'], rows)
      : element('p', { class: 'hint' }, 'Not available from this worker.'));
}

export function showSettings(metrics) {
  const config = Object.entries(metrics?.config ?? {});
  facts(byId('settings'), config.length === 0
    ? [['Not shown', 'they are for those with the control token']]
    : config.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
}
