// Building and changing the page. What comes from the worker becomes text, never markup.

const SVG = 'http://www.w3.org/2000/svg';

export function byId(id) {
  return document.getElementById(id);
}

/** An HTML element; attributes that are false, null or undefined are left out. */
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svgElement(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    setAttribute(node, name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Writes only what differs, so that nothing is laid out or read aloud again for no reason. */
export function setAttribute(node, name, value) {
  if (value === false || value === null || value === undefined) {
    node.removeAttribute(name);
  } else {
    const text = value === true ? '' : String(value);
    if (node.getAttribute(name) !== text) {
      node.setAttribute(name, text);
    }
  }
}

export function setText(node, text) {
  const value = String(text);
  if (node.textContent !== value) {
    node.textContent = value;
  }
}

const shown = new WeakMap();

/** Replaces the children by what build makes of the value, unless the value is as it was. */
export function show(node, value, build) {
  const signature = JSON.stringify(value) ?? '';
  if (shown.get(node) !== signature) {
    shown.set(node, signature);
    node.replaceChildren(...[build(value)].flat());
  }
}

/**
 * Fills a description list with [term, description] pairs; the third, if any, is a level (ok, warn,
 * bad). Terms that stay keep their nodes.
 */
export function facts(list, pairs) {
  const terms = pairs.map(([term]) => term).join('\n');
  if (list.dataset.terms !== terms) {
    list.dataset.terms = terms;
    list.replaceChildren(
      ...pairs.map(([term]) => element('div', {}, element('dt', {}, term), element('dd'))));
  }
  pairs.forEach(([, description, level], index) => {
    const value = list.children[index].lastElementChild;
    setText(value, description);
    setAttribute(value, 'data-level', level);
  });
}

/** A table; a cell is text or a node. The first cell of a row heads it. */
export function table(caption, heads, rows) {
  const cell = (content, index) =>
    index === 0
      ? element('th', { scope: 'row' }, content)
      : element('td', { 'data-label': heads[index] }, content);
  return element(
    'table',
    {},
    element('caption', { class: 'sr-only' }, caption),
    element('thead', {},
      element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map(cell)))));
}
