// Sending dead letters back: first a dry run, then for real; a job that takes longer is followed.

import { get } from './api.js';
import { element } from './dom.js';
import { count, plural, words } from './format.js';

const PATH = 'api/dead-letters/redrive';
const FOLLOW_MILLIS = 1_000;

/** The error codes of the result's schema; a test holds them together. */
const REASONS = [
  'invalid_request', 'request_too_large', 'content_blocked', 'model_rejected', 'circuit_breaker_open',
  'model_unavailable', 'model_timeout', 'incomplete_answer', 'rate_limited', 'quota_exhausted',
  'misconfigured', 'budget_exhausted', 'result_too_large', 'overloaded', 'internal_error',
  'deadline_exceeded'];

export function redrive() {
  return {
    title: 'Send dead letters back',
    explanation: 'Dead letters go to the requests topic again, each once. First a dry run counts them.',
    confirm: 'Count them',
    path: PATH,
    fields: [
      { name: 'reason', label: 'Reason', type: 'select', value: '', options: [
        ['', 'all'], ...REASONS.map((reason) => [reason, words(reason)])] },
      { name: 'limit', label: 'At most', type: 'number', min: 1, step: 1, value: 100, hint: 'empty: all' },
    ],
    body: ({ reason, limit }) => ({
      ...(reason && { reason }), ...(limit && { limit: Number(limit) }), dryRun: true }),
    follow,
    show,
    again: (answer, body) => answer.report?.sent > 0 && {
      title: `Send ${plural(answer.report.sent, 'dead letter')} back?`,
      explanation: 'They become requests again and are answered anew: each may cost a call to Gemini.',
      confirm: 'Send back',
      danger: true,
      path: PATH,
      body: () => ({ ...body, dryRun: false }),
      follow,
      show,
    },
  };
}

/** Waits for the job's end; progress gets what to show meanwhile, and tells whether anybody looks. */
async function follow(job, token, progress) {
  let latest = job;
  while (latest.state === 'running') {
    const done = latest.progress ? ` ${count(latest.progress.done)} of ${count(latest.progress.total)} read.` : '';
    if (!progress(`Job ${latest.id} runs.${done}`)) {
      return latest;
    }
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MILLIS));
    latest = await get(`${PATH}/${encodeURIComponent(job.id)}`, token);
  }
  return latest;
}

function show(job) {
  const { report = {}, dryRun, state, error, id } = job;
  const ended = state === 'complete' || state === 'limit_reached';
  const what = dryRun
    ? `Dry run: ${plural(report.sent, 'dead letter')} would be sent back`
    : `${plural(report.sent, 'dead letter')} sent back`;
  const how = { complete: '.', limit_reached: '; the limit was reached.' }[state]
    ?? `; then the job ended: ${words(state)}.`;
  const skipped = Object.entries(report.skipped ?? {});
  return [
    element('p', { class: 'notice', 'data-level': ended ? 'ok' : 'bad' },
      `${what}${how}${error ? ` ${error}` : ''}`),
    element('dl', { class: 'facts' },
      fact('Matched', report.matched),
      report.sentBefore > 0 ? fact('Sent by an earlier run', report.sentBefore) : null,
      ...skipped.map(([cause, number]) => fact(`Skipped: ${words(cause)}`, number))),
    ended ? null : element('p', { class: 'hint' }, `The job ${id} can be gone on with by its id.`),
  ].filter(Boolean);
}

function fact(term, value) {
  return element('div', {}, element('dt', {}, term), element('dd', {}, count(value)));
}
