// The states of a circuit breaker over the last 15 minutes, as a strip.

import { svgElement } from './dom.js';
import { millis, time, words } from './format.js';
import { linear } from './scale.js';

const WIDTH = 600;
const HEIGHT = 22;

/** The stretches of time [from, to, state], oldest first, since the worker's start at the earliest. */
export function stretches(breaker, startMillis, endMillis) {
  const changes = (breaker.transitions ?? [])
    .map(({ at, from, to }) => ({ at: millis(at), from, to }))
    .filter(({ at }) => at !== null);
  const result = [];
  let from = startMillis;
  let state = changes[0]?.from ?? breaker.state;
  for (const change of changes) {
    if (change.at > from) {
      result.push([from, Math.min(change.at, endMillis), state]);
      from = change.at;
    }
    state = change.to;
  }
  if (from < endMillis) {
    result.push([from, endMillis, state]);
  }
  return result;
}

export function strip(breaker, startMillis, endMillis) {
  const x = linear(startMillis, endMillis, 0, WIDTH);
  const parts = stretches(breaker, startMillis, endMillis);
  const spoken = parts.map(([from, , state]) => `${words(state)} from ${time(from)}`).join(', ');
  const patternId = `open-${breaker.name.replace(/[^a-zA-Z0-9]/g, '-')}`;
  const svg = svgElement('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', class: 'strip', role: 'img',
    'aria-label': `The last 15 minutes: ${spoken}`,
  });
  svg.append(svgElement('defs', {}, svgElement('pattern', {
    id: patternId, width: 8, height: 8, patternUnits: 'userSpaceOnUse', class: 'hatch',
  }, svgElement('path', { d: 'M-2 10L10 -2M-2 2L2 -2M6 10L10 6' }))));
  for (const [from, to, state] of parts) {
    const place = { x: x(from), y: 0, width: Math.max(2, x(to) - x(from)), height: HEIGHT };
    svg.append(svgElement('rect', { ...place, class: `stretch ${state}` }));
    if (state === 'open') {
      svg.append(svgElement('rect', { ...place, fill: `url(#${patternId})` }));
    }
  }
  return svg;
}
