// The dashboard: asks the worker once a second and shows what it says.

import { get } from './api.js';
import { showBreakers } from './breakers.js';
import { LineChart } from './charts.js';
import { askForToken, command } from './controls.js';
import { diagnose } from './diagnosis.js';
import { byId, element, setAttribute, setText, show } from './dom.js';
import { Flow } from './flow.js';
import { amount, count, millis, rate, seconds, shortCount, time } from './format.js';
import { showLetters } from './letters.js';
import { showMoney } from './money.js';
import {
  showCache, showCalls, showLimits, showRequests, showSettings, showStream, showWorkers } from './panels.js';
import { Resource, repeat } from './poll.js';
import { showPrompts } from './prompts.js';
import { Rates } from './rates.js';
import { getToken, onTokenChange, setToken } from './session.js';

const POLL_MILLIS = 1_000;
const HISTORY_ROUNDS = 5;
const LETTERS_MILLIS = 15_000;
const LETTERS = 20;
/** Numbers older than this are not of now any more. */
const STALE_MILLIS = 4_000;

const health = new Resource(() => get('api/health'));
const metrics = new Resource(figures);
const history = new Resource(() => get('api/metrics/history'), HISTORY_ROUNDS);
const letters = new Resource(() => get(`api/dead-letters?limit=${LETTERS}`, getToken()));

const rates = new Rates();
const flow = new Flow(byId('flow'), byId('flow-table'));
const charts = [
  new LineChart(byId('chart-throughput'), {
    title: 'Throughput', unit: rate, series: [
      { key: 'received_per_second', label: 'requests', hue: 1 },
      { key: 'results_per_second', label: 'results', hue: 2 },
      { key: 'calls_per_second', label: 'calls', hue: 3 }],
  }),
  new LineChart(byId('chart-latency'), {
    title: 'Latency', unit: seconds, series: [
      { key: 'call_p50_seconds', label: 'call p50', hue: 3 },
      { key: 'call_p95_seconds', label: 'call p95', hue: 4 },
      { key: 'end_to_end_p50_seconds', label: 'end to end p50', hue: 1 },
      { key: 'end_to_end_p95_seconds', label: 'end to end p95', hue: 2 }],
  }),
  new LineChart(byId('chart-backlog'), {
    title: 'Backlog', unit: shortCount, whole: true, series: [
      { key: 'pending', label: 'waiting', hue: 1 },
      { key: 'lag', label: 'lag', hue: 4 },
      { key: 'in_flight', label: 'in flight', hue: 3 }],
  }),
  new LineChart(byId('chart-cost'), {
    title: 'Cost', unit: amount, series: [{ key: 'usd_per_hour', label: 'USD per hour', hue: 1 }],
  }),
];

let round = 0;
let wantLetters = getToken() !== null;
let lost = false;
/** A hidden page does not ask, and has not lost anything when it is shown again. */
let shownAt = 0;

/** With the token there are the settings too. A token that is refused is forgotten: it must not cost the figures. */
async function figures() {
  const token = getToken();
  try {
    return await get('api/metrics', token);
  } catch (failure) {
    if (token === null || (failure.status !== 401 && failure.status !== 429)) {
      throw failure;
    }
    setToken(null);
    return get('api/metrics');
  }
}

async function poll() {
  round++;
  const before = metrics.receivedAt;
  await Promise.all([health, metrics, history].map((resource) => resource.refresh(round)));
  if (metrics.value !== null && metrics.receivedAt !== before) {
    rates.add(metrics.value, metrics.receivedAt);
  }
  render();
}

/** Reading them takes the worker longer than all else. */
async function pollLetters() {
  if (wantLetters) {
    await letters.ask();
    if (letters.error?.status >= 400 && letters.error.status < 500) {
      wantLetters = false; // asking again would not help; the button does
    }
    showLetters(letters, workerNow());
  }
}

/** The worker's clock, which may differ from this machine's. */
function workerNow() {
  const source = metrics.value !== null ? metrics : health;
  const at = millis(source.value?.timestamp);
  return at === null ? Date.now() : at + (performance.now() - source.receivedAt);
}

function render() {
  showConnection();
  if (health.value === null && metrics.value === null) {
    return;
  }
  const now = workerNow();
  const samples = history.value?.samples ?? [];
  showVerdict(now, samples);
  showIdentity();
  flow.update(metrics.value, health.value, rates);
  showCharts(samples, now);
  showMoney(metrics.value, samples);
  showPrompts(metrics.value);
  showBreakers(health.value, metrics.value, now, issue);
  showCalls(metrics.value, health.value);
  showLimits(metrics.value, now);
  showCache(metrics.value, health.value);
  showStream(metrics.value, health.value, now);
  showRequests(metrics.value);
  showWorkers(metrics.value, now);
  showSettings(metrics.value);
}

/** How old the numbers are; it also runs between the polls, since an answer may hang. */
function showConnection() {
  const received = health.receivedAt;
  const age = received === null ? null : performance.now() - received;
  const watched = performance.now() - Math.max(received ?? 0, shownAt);
  lost = health.error !== null || watched > STALE_MILLIS;
  setAttribute(document.body, 'data-lost', lost ? 'yes' : null);
  setAttribute(byId('connection'), 'data-level', lost ? 'bad' : age === null ? 'off' : 'ok');
  if (!lost) {
    setText(byId('connection-text'), age === null ? 'Connecting' : 'Live');
  } else if (age === null) {
    setText(byId('connection-text'), 'No connection; trying again');
  } else {
    setText(byId('connection-text'),
      `Connection lost: numbers are ${seconds(Math.round(age / 1000))} old; trying again`);
  }
  if (lost) {
    showLost(received);
  }
}

function showLost(received) {
  const since = received === null
    ? 'The worker has not answered yet.'
    : `What is below is of ${time(Date.now() - (performance.now() - received))}.`;
  const more = `${health.error?.message ?? ''} ${since}`;
  verdict({
    level: 'bad',
    title: 'No connection to the worker',
    reasons: [
      { level: 'bad', brief: 'The page tries again every second by itself.', more },
    ],
  });
  setText(byId('summary'), '');
}

function showVerdict(now, samples) {
  if (lost || health.value === null) {
    return;
  }
  const found = diagnose(health.value, metrics.value, samples, now);
  if (metrics.error !== null) {
    const more = `${metrics.error.message} The numbers below are old.`;
    found.reasons.unshift({ level: 'warn', brief: 'The figures cannot be read.', more });
  }
  verdict(found);
  setText(byId('summary'), summary());
}

/** The state of things in one line; empty where the worker does not tell it. */
function summary() {
  const { requests, lag } = metrics.value ?? {};
  return requests === undefined ? '' : [
    `${rate(rates.of('received'))} in, ${rate(rates.results())} out`,
    `${count(requests.pending)} waiting`,
    `lag ${count(lag?.total)}`,
    `p95 end to end ${seconds(requests.end_to_end_seconds?.p95)}`,
  ].join(' · ');
}

/** What a screen reader says of it has no numbers, or it would never be silent. */
function verdict({ level, title, reasons }) {
  setAttribute(byId('verdict'), 'data-level', level);
  setText(byId('verdict-title'), title);
  setText(byId('announcement'), [`${title}.`, ...reasons.map((reason) => reason.brief)].join(' '));
  const mark = { ok: '●', warn: '▲', bad: '■' }[level] ?? '○';
  setText(document.querySelector('title'), `${mark} ${title.split(':')[0]} – Explanation Worker`);
  const list = byId('reasons');
  show(list, reasons.map(({ more, ...kept }) => kept), () => reasons.map(reasonItem));
  reasons.forEach(({ more }, index) =>
    setText(list.children[index].querySelector('.more'), more));
}

function reasonItem({ level, brief, action }) {
  const item = element('li', { 'data-level': level },
    element('p', {}, element('b', {}, brief), ' ', element('span', { class: 'more' })));
  if (action) {
    const label = { reset: 'Reset…', resume: 'Resume…' }[action.command];
    const button = element('button', { type: 'button' }, label);
    button.addEventListener('click', () => issue(action.command, action.subject));
    item.append(button);
  }
  return item;
}

function showIdentity() {
  const environment = metrics.value?.environment ?? health.value?.environment;
  setAttribute(byId('environment'), 'hidden', !environment);
  setAttribute(byId('environment'), 'class', environment === 'production' ? 'chip production' : 'chip');
  setText(byId('environment'), environment ?? '');
  const { instance_id: id, version } = metrics.value ?? {};
  setText(byId('identity'), [id, version && `version ${version}`].filter(Boolean).join(' · '));
}

let drawn = null;

function showCharts(samples, now) {
  if (history.missing) {
    charts.forEach((chart) => chart.explain('not available from this worker'));
  }
  if (history.value === null || drawn === history.receivedAt) {
    return;
  }
  drawn = history.receivedAt;
  const interval = (history.value.interval_seconds ?? 5) * 1000;
  const end = Math.max(now, millis(samples.at(-1)?.at) ?? 0);
  charts.forEach((chart) => chart.update(samples, interval, end));
}

function issue(name, subject) {
  command(name, subject, () => {
    pollNow();
    lettersNow();
  });
}

function showToken() {
  setText(byId('token-button'), getToken() === null ? 'Enter token…' : 'Token kept…');
}

function listen() {
  document.addEventListener('visibilitychange', () => {
    shownAt = performance.now();
  });
  for (const button of document.querySelectorAll('button[data-command]')) {
    button.addEventListener('click', () => issue(button.dataset.command));
  }
  byId('token-button').addEventListener('click', askForToken);
  byId('letters-button').addEventListener('click', () => {
    wantLetters = true;
    lettersNow();
  });
  onTokenChange(() => {
    wantLetters = getToken() !== null;
    letters.value = null;
    letters.error = null;
    showToken();
    showLetters(letters, workerNow());
    lettersNow();
  });
}

listen();
showToken();
showLetters(letters, workerNow());
const pollNow = repeat(poll, POLL_MILLIS);
const lettersNow = repeat(pollLetters, LETTERS_MILLIS);
setInterval(showConnection, POLL_MILLIS);
