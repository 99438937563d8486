// The last dead letters. Their text is a stranger's: it is shown as text, and cut where it is long.

import { byId, element, setAttribute, setText, show, table } from './dom.js';
import { UNKNOWN, count, time, words } from './format.js';

const MAX_TEXT = 300;
const HEADS = [
  'When', 'Reason', 'Error', 'Asked for', 'Request id', 'First seen', 'Attempts / replays', 'Origin', 'Value'];

/** Shows the Resource of the dead letters, or why there is nothing to show. */
export function showLetters(letters, nowMillis) {
  const list = letters.value?.deadLetters;
  setText(byId('letters-hint'), hint(letters, list));
  setAttribute(byId('letters-button'), 'hidden', letters.missing || Boolean(list));
  show(byId('letters'), [list, letters.missing], () =>
    list?.length > 0
      ? table('Last dead letters, newest first', HEADS, list.map((letter) => row(letter, nowMillis)))
      : element('p', { class: 'hint' }, list ? 'There are none.' : ''));
}

function hint(letters, list) {
  if (letters.missing) {
    return 'Not available from this worker.';
  }
  if (letters.error) {
    return letters.error.message;
  }
  if (!list) {
    return 'Shown to those with the control token.';
  }
  const { total, complete } = letters.value;
  return `${count(list.length)} of about ${count(total)}${complete ? '' : '; there was no time for more'}`;
}

function row(letter, nowMillis) {
  return [
    time(letter.timestamp, nowMillis),
    words(letter.reason),
    text(letter.error),
    text([letter.subtopic, letter.topic].filter(Boolean).join(' · ')),
    text(letter.requestId),
    time(letter.firstSeen, nowMillis),
    `${count(letter.attempt)} / ${count(letter.replays)}`,
    text(letter.origin),
    value(letter),
  ];
}

function text(content) {
  if (content === null || content === undefined || content === '') {
    return UNKNOWN;
  }
  const all = String(content);
  return all.length <= MAX_TEXT ? all : `${all.slice(0, MAX_TEXT)}…`;
}

function value({ value: content, valueBytes, truncated }) {
  if (content === null || content === undefined) {
    return UNKNOWN;
  }
  return element('details', {},
    element('summary', {}, `${count(valueBytes)} bytes${truncated ? ', cut' : ''}`),
    element('pre', {}, content));
}
