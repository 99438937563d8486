// What calls cost: all workers against the budget, this worker by the hour and by the request.

import { byId, element, facts, show, svgElement } from './dom.js';
import { UNKNOWN, count, dollars, known, percent, plural } from './format.js';

/** Share of a budget from which on it is worth a colour; there is an alert at it too. */
const NEARLY = 0.8;

const PERIODS = [['day', 'Today', 'today'], ['month', 'This month', 'this month']];

/**
 * @param metrics the answer of /api/metrics, or null
 * @param samples those of /api/metrics/history, or an empty array
 */
export function showMoney(metrics, samples) {
  const spending = metrics?.spending;
  show(byId('budgets'), [metrics !== null, spending], () => spending
    ? PERIODS.map(([name, title]) => budget(title, spending[name], spending.exhausted === name))
    : element('p', { class: 'hint' }, 'What all workers have spent is not available.'));
  const notes = spending ? [cutOff(spending), withoutPrice(spending)].filter(Boolean) : [];
  show(byId('money-notes'), notes, () => notes.map((note) => element('li', {}, note)));
  facts(byId('costs'), metrics?.calls ? costs(metrics, samples) : [['Not available', 'this worker has no /api/metrics']]);
}

/** What was spent, and how much of its limit that is. */
function budget(title, period, exhausted) {
  const limit = period.budget_usd;
  const used = limit > 0 ? period.charged_usd / limit : null;
  const level = exhausted || used >= 1 ? 'bad' : used >= NEARLY ? 'warn' : 'ok';
  const part = used === null ? 'no limit' : `${percent(used)} of ${dollars(limit)}`;
  return element('div', { class: 'budget', 'data-level': level },
    element('h3', {}, title),
    element('p', { class: 'spent' },
      element('b', {}, dollars(period.charged_usd)), ' ', element('span', { class: 'hint' }, part)),
    used === null ? null : bar(used, `${title}: ${part}`),
    exhausted ? element('p', { class: 'used-up' }, 'Used up: no call begins until it is raised or the time is over.') : null,
    element('p', { class: 'hint' }, `for ${plural(period.calls, 'call')}`));
}

function bar(used, words) {
  return svgElement('svg', {
    viewBox: '0 0 100 10', preserveAspectRatio: 'none', class: 'budget-bar', role: 'img', 'aria-label': words },
    svgElement('rect', { width: 100, height: 10, class: 'whole' }),
    svgElement('rect', { width: Math.min(100, Math.max(0, used * 100)), height: 10, class: 'part' }),
    svgElement('path', { d: `M${NEARLY * 100} 0V10`, class: 'nearly' }));
}

/** In words; null if there are no such calls. */
function cutOff(spending) {
  return told(spending, 'calls_unknown', (calls) =>
    `${calls} cut off, so that nobody knows what was billed. ${charged(spending)}`);
}

function withoutPrice(spending) {
  return told(spending, 'calls_unpriced', (calls) =>
    `${calls} to a model that has no price in PRICES_FILE. ${charged(spending)}`);
}

function told(spending, field, words) {
  const counts = PERIODS
    .map(([name, , when]) => [spending[name]?.[field], when])
    .filter(([calls]) => calls > 0);
  const all = counts.map(([calls, when], index) =>
    `${index === 0 ? plural(calls, 'call') : count(calls)} ${when}`).join(' and ');
  const one = counts.length === 1 && counts[0][0] === 1;
  return counts.length === 0 ? null : words(`${all} ${one ? 'was' : 'were'}`);
}

function charged(spending) {
  return `Each is charged like the dearest call seen, ${dollars(spending.dearest_call_usd)}.`;
}

/** Pairs of a description list, of this worker. */
function costs(metrics, samples) {
  const { calls, requests, cache } = metrics;
  const amount = calls.estimated_cost?.amount;
  const results = requests.explained + requests.unavailable + requests.rejected;
  const least = calls.unpriced + calls.unknown > 0 ? 'at least ' : '';
  const tiers = [['by the state store', cache?.state_store?.saved_usd], ['by Redis', cache?.redis?.saved_usd]]
    .filter(([, saved]) => known(saved));
  const saved = tiers.reduce((sum, [, part]) => sum + part, 0);
  const cost = (value) => calls.estimated_cost === null ? 'no price known' : known(value) ? least + dollars(value) : UNKNOWN;
  return [
    ['Cost per hour, last 15 min', cost(mean(samples, 'usd_per_hour'))],
    ['Cost per 1,000 requests', cost(results > 0 ? amount / results * 1000 : null)],
    ['Cost since the start', cost(amount)],
    ['Saved by the cache', tiers.length === 0 ? UNKNOWN
      : `${dollars(saved)}${saved > 0 && known(amount) ? ` (${percent(saved / (saved + amount))})` : ''}`],
    ...tiers.map(([tier, part]) => [tier, dollars(part), 'sub']),
    ['Calls cut off', count(calls.unknown)],
    ['Calls without a price', count(calls.unpriced), calls.unpriced > 0 ? 'warn' : null],
  ];
}

function mean(samples, key) {
  const values = samples.map((sample) => sample[key]).filter(known);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
