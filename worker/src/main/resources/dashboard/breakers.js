// The circuit breakers: state, history, and the buttons to reset them and to hold them open.

import { breakersOf, since } from './diagnosis.js';
import { byId, element, show } from './dom.js';
import { ago, millis, plural, time, words } from './format.js';
import { SPAN_MILLIS } from './charts.js';
import { strip } from './timeline.js';

const LEVELS = { closed: 'ok', open: 'bad', half_open: 'warn' };
/** The strip moves by this much at a time. */
const STEP_MILLIS = 10_000;
const LISTED = 6;

export function showBreakers(health, metrics, nowMillis, ask) {
  const breakers = breakersOf(health, metrics);
  const end = Math.ceil(nowMillis / STEP_MILLIS) * STEP_MILLIS;
  const start = Math.max(end - SPAN_MILLIS, millis(metrics?.started_at) ?? 0);
  show(byId('breakers'), breakers.map((breaker) => breaker.name), () =>
    breakers.length > 0
      ? breakers.map(frame)
      : element('p', { class: 'hint' }, 'Nothing is known of them.'));
  breakers.forEach((breaker, index) => {
    const place = byId('breakers').children[index];
    const [state, history, actions] = place.children;
    show(state, [breaker.state, breaker.forced, countsOf(breaker), Math.floor(nowMillis / 1000)],
      () => stateOf(breaker, nowMillis));
    show(history, [breaker.transitions, breaker.state, end], () => historyOf(breaker, start, end));
    show(actions, breaker.state === 'disabled', () => actionsOf(breaker, ask));
  });
}

function frame() {
  return element('article', { class: 'breaker' },
    element('div', { class: 'breaker-state' }), element('div'), element('p', { class: 'actions' }));
}

function countsOf({ failure_count: failures, success_count: successes }) {
  return `${plural(failures, 'failure')}, ${plural(successes, 'success', 'successes')} in a row`;
}

function stateOf(breaker, nowMillis) {
  const at = since(breaker);
  return [
    element('h3', {}, breaker.name),
    element('span', { class: 'chip', 'data-level': LEVELS[breaker.state] },
      breaker.forced ? 'held open' : words(breaker.state)),
    element('p', { class: 'hint' },
      [at && `for ${ago(at, nowMillis).replace(' ago', '')}`, countsOf(breaker),
        breaker.last_failure_time && `last failure ${ago(breaker.last_failure_time, nowMillis)}`]
        .filter(Boolean).join(' · ')),
  ];
}

function historyOf(breaker, start, end) {
  if (!breaker.transitions) {
    return [element('p', { class: 'hint' }, 'This worker does not tell its history.')];
  }
  const newest = breaker.transitions.slice(-LISTED).reverse();
  return [
    strip(breaker, start, end),
    element('p', { class: 'strip-axis', 'aria-hidden': 'true' },
      element('span', {}, time(start).slice(0, 5)),
      element('span', {}, time(end).slice(0, 5))),
    newest.length === 0
      ? element('p', { class: 'hint' }, 'No change of state since the start.')
      : element('ol', { class: 'transitions' }, ...newest.map((change) =>
          element('li', {},
            element('time', { datetime: change.at }, time(change.at, end)), ' ',
            `${words(change.from)} → ${words(change.to)}`))),
  ];
}

function actionsOf(breaker, ask) {
  const button = (text, command, attributes) => {
    const node = element('button', {
      type: 'button', disabled: breaker.state === 'disabled', 'aria-label': `${text} ${breaker.name}`,
      ...attributes }, text);
    node.addEventListener('click', () => ask(command, breaker.name));
    return node;
  };
  return [
    button('Reset…', 'reset', {}),
    button('Hold open…', 'open', { class: 'danger' }),
  ];
}
