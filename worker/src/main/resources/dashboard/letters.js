// The last dead letters. Their text is a stranger's: it is shown as text, and cut where it is long.

import { byId, element, setAttribute, setText, show, table } from './dom.js';
import { UNKNOWN, ago, count, words } from './format.js';

const MAX_TEXT = 300;

function text(value) {
  if (value === null || value === undefined || value === '') {
    return UNKNOWN;
  }
  const all = String(value);
  return all.length <= MAX_TEXT ? all : `${all.slice(0, MAX_TEXT)}…`;
}

/** Shows the Resource of the dead letters, or why there is nothing to show. */
export function showLetters(letters, nowMillis) {
  const list = letters.value?.dead_letters;
  setText(byId('letters-hint'), hint(letters, list));
  setAttribute(byId('letters-button'), 'hidden', letters.missing || Boolean(list));
  const rows = (list ?? []).map((letter) => [
    letter.timestamp ? ago(letter.timestamp, nowMillis) : UNKNOWN,
    words(letter.reason),
    text(letter.error),
    text([letter.subtopic, letter.topic].filter(Boolean).join(' · ')),
    text(letter.request_id),
    letter.first_seen ? ago(letter.first_seen, nowMillis) : UNKNOWN,
    `${count(letter.attempt)} / ${count(letter.replays)}`,
    text(letter.origin),
  ]);
  const heads = [
    'When', 'Reason', 'Error', 'Asked for', 'Request id', 'First seen', 'Attempts / replays', 'Origin'];
  show(byId('letters'), [rows, Boolean(list)], () =>
    rows.length > 0
      ? table('Last dead letters, newest first', heads, rows)
      : element('p', { class: 'hint' }, list ? 'There are none.' : ''));
}

function hint(letters, list) {
  if (letters.missing) {
    return 'Not available from this worker.';
  }
  if (letters.error) {
    return letters.error.message;
  }
  return list ? `${count(list.length)} shown` : 'Shown to those with the control token.';
}
