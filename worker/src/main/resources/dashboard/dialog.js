// The one dialog: says what will happen, asks for what is needed, and shows what came of it.

import { byId, element, setAttribute, setText } from './dom.js';

let current = null;

/**
 * Opens the dialog.
 *
 * @param question title, explanation, confirm (the button's text), danger, fields (see field), and
 *     run: gets the values by name and a function that shows progress (it returns false once the
 *     dialog is closed); returns the nodes to show and perhaps again, a further question for the same
 *     dialog, or throws an Error with words
 */
export function ask(question) {
  current = question;
  setText(byId('dialog-title'), question.title);
  setText(byId('dialog-explanation'), question.explanation);
  setText(byId('dialog-cancel'), 'Cancel');
  setText(byId('dialog-confirm'), question.confirm);
  setAttribute(byId('dialog-confirm'), 'class', question.danger ? 'danger solid' : 'primary');
  setAttribute(byId('dialog-confirm'), 'hidden', null);
  setAttribute(byId('dialog-confirm'), 'disabled', null);
  byId('dialog-fields').replaceChildren(...question.fields.map(field));
  byId('dialog-result').replaceChildren();
  if (!byId('dialog').open) {
    byId('dialog').showModal();
  }
  (byId('dialog-fields').querySelector('input, select') ?? byId('dialog-cancel')).focus();
}

/**
 * @param spec name, label, type (text, password, number, select, checkbox), and as they apply:
 *     value, options ([value, text] each), required, hint, min, max, maxlength
 */
function field({ name, label, type, value, options, hint, ...rest }) {
  const id = `field-${name}`;
  const hintId = hint ? `${id}-hint` : null;
  const common = { id, name, 'aria-describedby': hintId, ...rest };
  const hintNode = hint ? element('small', { id: hintId }, hint) : null;
  if (type === 'checkbox') {
    return element('div', { class: 'field check' },
      element('input', { type, ...common, checked: value }), element('label', { for: id }, label), hintNode);
  }
  const input = type === 'select'
    ? element('select', common, ...options.map(([option, text]) =>
        element('option', { value: option, selected: option === value }, text)))
    : element('input', { type, value, autocomplete: 'off', spellcheck: 'false', ...common });
  return element('div', { class: 'field' }, element('label', { for: id }, label), input, hintNode);
}

function values() {
  const result = {};
  for (const input of byId('dialog-fields').querySelectorAll('input, select')) {
    result[input.name] = input.type === 'checkbox' ? input.checked : input.value.trim();
  }
  return result;
}

async function submit(event) {
  event.preventDefault();
  const question = current;
  const result = byId('dialog-result');
  byId('dialog-confirm').disabled = true;
  result.replaceChildren(element('p', { class: 'hint' }, 'Sending…'));
  try {
    const answer = await question.run(values(), (text) => {
      if (current === question) {
        setText(result.firstElementChild, text);
      }
      return current === question;
    });
    if (current === question) {
      finish(answer);
    }
  } catch (failure) {
    if (current === question) {
      result.replaceChildren(
        element('p', { class: 'notice', 'data-level': 'bad' }, failure.message));
      byId('dialog-confirm').disabled = false;
      failure.field && byId(`field-${failure.field}`)?.focus();
    }
  }
}

function finish({ nodes, again }) {
  if (again) {
    ask(again);
  } else {
    byId('dialog-fields').replaceChildren();
    setAttribute(byId('dialog-confirm'), 'hidden', true);
    setText(byId('dialog-cancel'), 'Close');
    byId('dialog-cancel').focus();
  }
  if (nodes.length === 0 && !again) {
    byId('dialog').close();
  }
  byId('dialog-result').replaceChildren(...nodes);
}

byId('dialog-form').addEventListener('submit', submit);
byId('dialog-cancel').addEventListener('click', () => byId('dialog').close());
byId('dialog').addEventListener('close', () => {
  current = null;
  byId('dialog-fields').replaceChildren(); // a token that was typed does not stay in the page
});
