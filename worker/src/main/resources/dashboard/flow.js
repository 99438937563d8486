// The flow of requests as a picture with live numbers, and the same numbers as a table.

import { setAttribute, setText, show, svgElement, table } from './dom.js';
import { COLUMN, ROW, ROW_MIN_WIDTH, path } from './flow-layout.js';
import { flowNumbers } from './flow-numbers.js';
import { rate } from './format.js';

const LINES = Object.keys(ROW.lines);
const TITLES = {
  requests: 'Requests',
  store: 'State store',
  waiting: 'Waiting',
  redis: 'Redis',
  gemini: 'Gemini',
  results: 'Results',
  retries: 'Retries',
  letters: 'Dead letters',
};

/** A dash and its gap pass in this time: a second at one a second, faster with the logarithm. */
function pace(perSecond) {
  return Math.min(2, Math.max(0.25, 1 / (1 + Math.log10(1 + perSecond))));
}

export class Flow {
  #place;
  #tablePlace;
  #layout = null;
  #parts = {};
  #lines = {};
  #labels = {};
  #gate = null;
  #numbers = null;

  constructor(place, tablePlace) {
    this.#place = place;
    this.#tablePlace = tablePlace;
    new ResizeObserver(() => this.#arrange()).observe(place);
    this.#arrange();
  }

  update(metrics, health, rates) {
    this.#numbers = flowNumbers(metrics, health, rates);
    this.#draw();
  }

  #arrange() {
    const layout = this.#place.clientWidth < ROW_MIN_WIDTH ? COLUMN : ROW;
    if (layout !== this.#layout) {
      this.#layout = layout;
      this.#build(layout);
      this.#draw();
    }
  }

  #build({ name, size, boxes, lines, labels, gate }) {
    const svg = svgElement('svg', {
      viewBox: `0 0 ${size.join(' ')}`, class: name, role: 'img',
      'aria-label': 'Requests pass the state store, wait, are looked up in Redis, pass the circuit'
        + ' breaker to Gemini and become results. The numbers are in the table below.',
    });
    svg.append(svgElement('defs', {},
      svgElement('marker', {
        id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8,
        markerUnits: 'userSpaceOnUse', orient: 'auto-start-reverse', class: 'arrow',
      }, svgElement('path', { d: 'M0 0L8 4L0 8z' }))));
    for (const line of LINES) {
      const d = path(lines[line]);
      const pulse = svgElement('path', { d, class: 'pulse' });
      const group = svgElement('g', { class: `line ${line}` },
        svgElement('path', { d, class: 'track', 'marker-end': 'url(#arrow)' }), pulse);
      this.#lines[line] = { group, pulse };
      svg.append(group);
    }
    this.#gate = buildGate(gate);
    svg.append(this.#gate.group);
    for (const [part, box] of Object.entries(boxes)) {
      this.#parts[part] = buildPart(TITLES[part], box);
      svg.append(this.#parts[part].group);
    }
    this.#labels = {};
    for (const [line, [x, y]] of Object.entries(labels)) {
      this.#labels[line] = svgElement('text', { x, y, class: 'line-label' });
      svg.append(this.#labels[line]);
    }
    this.#place.replaceChildren(svg);
  }

  #draw() {
    if (this.#numbers === null) {
      return;
    }
    const { parts, lines, gate, rows } = this.#numbers;
    for (const [name, part] of Object.entries(parts)) {
      drawPart(this.#parts[name], part);
    }
    for (const [name, { group, pulse }] of Object.entries(this.#lines)) {
      const perSecond = lines[name]?.rate ?? 0;
      setAttribute(group, 'data-flowing', perSecond > 0 ? 'yes' : 'no');
      if (perSecond > 0) {
        pulse.style.setProperty('--pace', `${pace(perSecond).toFixed(2)}s`);
      }
    }
    for (const [name, label] of Object.entries(this.#labels)) {
      const { text, rate: perSecond } = lines[name];
      setText(label, perSecond > 0 ? `${text} ${rate(perSecond)}` : text);
    }
    setAttribute(this.#gate.group, 'data-state', gate.state);
    setText(this.#gate.label, gate.text);
    show(this.#tablePlace, rows, () => table('The flow in numbers', ['', 'Number', 'More'], rows));
  }
}

function buildPart(title, [x, y, width, height]) {
  const narrow = width < 130;
  const text = (className, dy) => svgElement('text', { x: x + 12, y: y + dy, class: className });
  const parts = {
    number: text(narrow ? 'number small' : 'number', 50),
    more: text('more', 70),
    track: svgElement('rect', {
      x: x + 12, y: y + height - 13, width: width - 24, height: 5, rx: 2.5, class: 'bar-track' }),
    bar: svgElement('rect', { x: x + 12, y: y + height - 13, width: 0, height: 5, rx: 2.5, class: 'bar' }),
    second: text('more', 88),
    barWidth: width - 24,
  };
  const head = text('title', 22);
  head.textContent = title;
  parts.group = svgElement('g', { class: 'part' },
    svgElement('rect', { x, y, width, height, rx: 10, class: 'box' }),
    head, parts.number, parts.more, parts.second, parts.track, parts.bar);
  parts.roomy = height >= 100;
  return parts;
}

function drawPart(nodes, { number, more, second, level, share }) {
  setText(nodes.number, number);
  setText(nodes.more, more ?? '');
  setText(nodes.second, nodes.roomy ? second ?? '' : '');
  setAttribute(nodes.group, 'data-level', level ?? 'none');
  const hasBar = share !== undefined && share !== null;
  setAttribute(nodes.track, 'visibility', hasBar ? 'visible' : 'hidden');
  setAttribute(nodes.bar, 'visibility', hasBar ? 'visible' : 'hidden');
  if (hasBar) {
    setAttribute(nodes.bar, 'width', Math.round(nodes.barWidth * Math.min(1, share)));
  }
}

/** A switch in the line to Gemini: closed it lets calls through, open its arm is raised. */
function buildGate({ at: [x, y], vertical, label: [labelX, labelY] }) {
  const turn = vertical ? `rotate(90 ${x} ${y})` : null;
  const label = svgElement('text', {
    x: labelX, y: labelY, class: vertical ? 'gate-label' : 'gate-label middle' });
  const group = svgElement('g', { class: 'gate' },
    svgElement('g', { transform: turn },
      svgElement('rect', { x: x - 24, y: y - 8, width: 48, height: 16, class: 'gate-gap' }),
      svgElement('path', { d: `M${x - 18} ${y}h36`, class: 'arm closed-arm' }),
      svgElement('path', { d: `M${x - 18} ${y}l31 -19`, class: 'arm open-arm' }),
      svgElement('circle', { cx: x - 18, cy: y, r: 5, class: 'contact' }),
      svgElement('circle', { cx: x + 18, cy: y, r: 5, class: 'contact' })),
    label);
  return { group, label };
}
