// The commands: each is asked for in the dialog, sent with the token, and answered in words.

import { post } from './api.js';
import { ask } from './dialog.js';
import { element } from './dom.js';
import { words } from './format.js';
import { redrive } from './redrive.js';
import { getToken, setToken } from './session.js';

const LOST = 'Requests that wait are kept, and results in Kafka stay as they are.';

/** By name; each gets its subject, if it has one. */
const COMMANDS = {
  reset: (name) => ({
    title: `Reset ${name}?`,
    explanation: 'The circuit breaker closes and forgets its failures: Gemini is called again at once, and what waited for it flows back. If Gemini still fails it opens again.',
    confirm: 'Reset',
    path: `api/circuit-breaker/${encodeURIComponent(name)}/reset`,
  }),
  open: (name) => ({
    title: `Hold ${name} open?`,
    explanation: `Gemini is not called until somebody resets the circuit breaker. Requests wait until their deadline; those with onUnavailable=fail get the fallback at once.`,
    confirm: 'Hold open',
    danger: true,
    path: `api/circuit-breaker/${encodeURIComponent(name)}/open`,
  }),
  pause: () => ({
    title: 'Pause the workers?',
    explanation: `No new call is made until somebody resumes, also after a restart. Running calls end. ${LOST}`,
    confirm: 'Pause',
    danger: true,
    path: 'api/worker/pause',
  }),
  resume: () => ({
    title: 'Resume work?',
    explanation: 'The workers make calls again; what waited goes first.',
    confirm: 'Resume',
    path: 'api/worker/resume',
  }),
  clear: () => ({
    title: 'Clear the whole cache?',
    explanation: `Every cached explanation counts as absent, in the state store and in Redis: each is asked of Gemini anew, and paid for, when it is next wanted. ${LOST}`,
    confirm: 'Clear',
    danger: true,
    path: 'api/cache/clear',
  }),
  invalidate: () => ({
    title: 'Invalidate cached explanations',
    explanation: 'With a topic alone, all of the topic is asked of Gemini anew; with a subtopic, that one explanation.',
    confirm: 'Invalidate',
    path: 'api/cache/invalidate',
    fields: [
      { name: 'topic', label: 'Topic', type: 'text', required: true, maxlength: 200 },
      { name: 'subtopic', label: 'Subtopic', type: 'text', maxlength: 300, hint: 'empty: all of the topic' },
      { name: 'detail', label: 'Detail', type: 'select', value: '', options: [
        ['', 'medium, the default'], ['brief', 'brief'], ['medium', 'medium'], ['detailed', 'detailed']] },
      { name: 'education', label: 'Education', type: 'text', maxlength: 64, hint: 'empty: general audience' },
      { name: 'language', label: 'Language', type: 'text', maxlength: 35, hint: 'empty: en' },
    ],
    body: withoutEmpty,
  }),
  redrive,
};

function withoutEmpty(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

const TOKEN_FIELD = {
  name: 'token',
  label: 'Control token',
  type: 'password',
  hint: 'CONTROL_TOKEN; kept in this tab only. Leave it empty if the worker has none.',
};

/**
 * Asks for the command and sends it.
 *
 * @param done called after a success
 */
export function command(name, subject, done) {
  ask(question(COMMANDS[name](subject), done));
}

function question(spec, done) {
  const fields = [...(spec.fields ?? []), ...(getToken() === null ? [TOKEN_FIELD] : [])];
  return {
    ...spec,
    fields,
    run: async ({ token, ...entered }, progress) => {
      const body = spec.body ? spec.body(entered) : null;
      const first = await send(spec.path, body, token);
      const answer = spec.follow ? await spec.follow(first, getToken(), progress) : first;
      done();
      const more = spec.again?.(answer, body);
      return {
        nodes: (spec.show ?? answered)(answer), again: more ? question(more, done) : null };
    },
  };
}

async function send(path, body, entered) {
  const token = entered || getToken();
  try {
    const answer = await post(path, body, token);
    if (entered) {
      setToken(entered);
    }
    return answer;
  } catch (failure) {
    throw explained(failure, token);
  }
}

/** A 401 tells what is missing; a token that is refused is forgotten, so that it is asked for. */
function explained(failure, token) {
  if (failure.status !== 401) {
    return failure;
  }
  const refused = new Error(
    token ? 'The token was refused: it is not this worker’s CONTROL_TOKEN.'
      : 'This worker wants its control token.');
  refused.field = 'token';
  if (getToken() !== null) {
    setToken(null);
    refused.message += ' Close this and try again with the right one.';
  }
  return refused;
}

/** The answer in words: what was done, and who has applied it and who has not. */
function answered(answer) {
  const missing = answer.missing ?? [];
  const nodes = [element('p', { class: 'notice', 'data-level': missing.length > 0 ? 'warn' : 'ok' },
    answer.message ?? 'Done.')];
  if (Array.isArray(answer.applied)) {
    nodes.push(workers('Applied by', answer.applied));
  }
  if (missing.length > 0) {
    nodes.push(workers('Not yet by', missing),
      element('p', { class: 'hint' }, 'They follow as soon as they read the control topic.'));
  }
  if (answer.state?.name) {
    nodes.push(element('p', {}, `${answer.state.name} is now ${words(answer.state.state)}.`));
  }
  return nodes;
}

function workers(title, ids) {
  return element('p', {}, `${title}: `, element('b', {}, ids.length > 0 ? ids.join(', ') : 'none'));
}

/** Lets somebody bring the token, or forget it. */
export function askForToken() {
  const has = getToken() !== null;
  ask({
    title: has ? 'Forget the token?' : 'Control token',
    explanation: has
      ? 'This tab has a token. It is forgotten when the tab is closed, or now.'
      : 'With it the dead letters are shown, and commands need not ask for it.',
    confirm: has ? 'Forget' : 'Keep in this tab',
    fields: has ? [] : [{ ...TOKEN_FIELD, required: true, hint: 'CONTROL_TOKEN, or READ_TOKEN to look only; kept in this tab only.' }],
    run: async ({ token }) => {
      setToken(has ? null : token);
      return { nodes: [] };
    },
  });
}
