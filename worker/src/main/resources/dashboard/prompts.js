// The versions of the prompt, side by side.

import { byId, element, show, table } from './dom.js';
import { count, dollars, percent, seconds } from './format.js';

const ROWS = [
  ['Share', (version) => percent(version.share)],
  ['Calls', (version) => count(version.calls)],
  ['Explained', (version) => count(version.explained)],
  ['Unusable', (version) => count(version.unusable)],
  ['of all answers', (version) => percent(version.unusable / (version.explained + version.unusable))],
  ['Failed', (version) => count(version.failed)],
  ['Tokens per answer', (version) => count(version.tokens?.total / version.explained)],
  ['Cost per answer', (version) => version.estimated_cost === null
    ? 'no price known' : dollars(version.estimated_cost?.amount / version.explained)],
  ['Latency p50', (version) => seconds(version.latency_seconds?.p50)],
  ['Latency p95', (version) => seconds(version.latency_seconds?.p95)],
];

export function showPrompts(metrics) {
  const versions = metrics?.calls?.by_prompt ?? [];
  const heads = ['', ...versions.map(({ version, role }) =>
    versions.length > 1 ? `${version} (${role})` : version)];
  const rows = ROWS.map(([label, read]) => [label, ...versions.map(read)]);
  show(byId('prompts'), [heads, rows], () =>
    versions.length > 0
      ? table('Versions of the prompt', heads, rows)
      : element('p', { class: 'hint' }, 'Not available from this worker.'));
}
