// A line chart of the last 15 minutes, drawn as SVG: read by pointer, by arrow keys, or as a table.

import { element, setAttribute, setText, show, svgElement, table } from './dom.js';
import { UNKNOWN, known, millis, time } from './format.js';
import { linePath, linear, minuteTicks, ticks } from './scale.js';

export const SPAN_MILLIS = 15 * 60_000;

const HEIGHT = 190;
const MARGIN = { top: 10, right: 10, bottom: 24, left: 50 };
/** The table has a row a minute; nobody reads 180. */
const TABLE_STEP = 12;

const all = [];

export class LineChart {
  #options;
  #svg;
  #plot;
  #cursor;
  #legend = [];
  #moment;
  #details;
  #tablePlace;
  #samples = [];
  #intervalMillis = 5_000;
  #endMillis = 0;
  #selected = null;

  /**
   * @param options title; unit (formats a value); whole, if values are counts; series: key in the
   *     sample, label, and hue, 1 to 4
   */
  constructor(figure, options) {
    this.#options = options;
    this.#moment = element('span', { class: 'moment' }, 'no data yet');
    const legend = element('ul', { class: 'legend' });
    for (const { label, hue } of options.series) {
      const value = element('b', {}, UNKNOWN);
      this.#legend.push(value);
      legend.append(element('li', { 'data-hue': hue },
        svgElement('svg', { viewBox: '0 0 22 8', class: 'swatch', 'aria-hidden': 'true' },
          svgElement('path', { d: 'M1 4h20', class: 'series' })),
        `${label} `, value));
    }
    this.#svg = svgElement('svg', {
      class: 'plot', tabindex: 0, role: 'slider', 'aria-label': `${options.title}, moment`,
      'aria-valuemin': 0, 'aria-valuemax': 0, 'aria-valuenow': 0, 'aria-valuetext': 'no data yet',
    });
    this.#plot = svgElement('g');
    this.#cursor = svgElement('path', { class: 'cursor' });
    this.#svg.append(this.#plot, this.#cursor);
    this.#tablePlace = element('div', {
      class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `${options.title} as a table` });
    this.#details = element('details', {}, element('summary', {}, 'As a table'), this.#tablePlace);
    figure.append(
      element('figcaption', {}, element('h2', {}, options.title), this.#moment),
      legend, this.#svg, this.#details);
    this.#listen();
    all.push(this);
  }

  #listen() {
    new ResizeObserver(() => this.#draw()).observe(this.#svg);
    this.#svg.addEventListener('pointermove', (event) => this.#point(event));
    this.#svg.addEventListener('pointerleave', () => select(null));
    this.#svg.addEventListener('blur', () => select(null));
    this.#svg.addEventListener('keydown', (event) => this.#press(event));
    this.#details.addEventListener('toggle', () => this.#drawTable());
  }

  update(samples, intervalMillis, endMillis) {
    const keep = this.#selected !== null ? this.#samples[this.#selected]?.at : null;
    this.#samples = samples;
    this.#intervalMillis = intervalMillis;
    this.#endMillis = endMillis;
    if (keep !== null) {
      const index = samples.findIndex((sample) => sample.at === keep);
      this.#selected = index < 0 ? null : index;
    }
    this.#draw();
    this.#drawTable();
  }

  /** Says why there is nothing to draw. */
  explain(text) {
    setText(this.#moment, text);
  }

  /** Marks a sample, by its index; null goes back to the latest. */
  mark(index) {
    this.#selected = index;
    this.#read();
  }

  #scales() {
    const width = this.#svg.clientWidth;
    const values = this.#samples.flatMap((sample) =>
      this.#options.series.map(({ key }) => sample[key])).filter(known);
    const marks = ticks(Math.max(0, ...values), 4, this.#options.whole);
    return {
      width,
      marks,
      x: linear(this.#endMillis - SPAN_MILLIS, this.#endMillis, MARGIN.left, width - MARGIN.right),
      y: linear(0, marks.at(-1), HEIGHT - MARGIN.bottom, MARGIN.top),
    };
  }

  #draw() {
    if (this.#svg.clientWidth === 0 || this.#endMillis === 0) {
      return;
    }
    const { width, marks, x, y } = this.#scales();
    setAttribute(this.#svg, 'viewBox', `0 0 ${width} ${HEIGHT}`);
    const shapes = [...this.#bands(x), ...this.#axes(width, marks, x, y)];
    const gap = x(this.#intervalMillis * 3) - x(0);
    for (const { key, hue } of this.#options.series) {
      const points = this.#samples
        .map((sample) => [x(millis(sample.at)), known(sample[key]) ? y(sample[key]) : null])
        .filter(([at]) => at >= MARGIN.left - 1);
      shapes.push(svgElement('path', { d: linePath(points, gap), class: 'series', 'data-hue': hue }));
    }
    this.#plot.replaceChildren(...shapes);
    this.#read();
  }

  /** The time in which the breaker was not closed, behind everything. */
  #bands(x) {
    const bands = [];
    this.#samples.forEach((sample, index) => {
      const next = this.#samples[index + 1];
      const to = next ? x(millis(next.at)) : x(this.#endMillis);
      const last = bands.at(-1);
      if (last?.next === index && last.state === sample.breaker) {
        last.to = to;
        last.next = index + 1;
      } else if (sample.breaker === 'open' || sample.breaker === 'half_open') {
        bands.push({ state: sample.breaker, from: x(millis(sample.at)), to, next: index + 1 });
      }
    });
    return bands.filter(({ to }) => to > MARGIN.left).map(({ state, from, to }) => {
      const left = Math.max(MARGIN.left, from);
      return svgElement('rect', {
        x: left, y: MARGIN.top, width: to - left, height: HEIGHT - MARGIN.top - MARGIN.bottom,
        class: `band ${state}` });
    });
  }

  #axes(width, marks, x, y) {
    const shapes = marks.flatMap((mark) => [
      svgElement('path', { d: `M${MARGIN.left} ${y(mark)}H${width - MARGIN.right}`, class: 'grid' }),
      svgElement('text', { x: MARGIN.left - 8, y: y(mark) + 4, class: 'tick end' },
        this.#options.unit(mark)),
    ]);
    const start = this.#endMillis - SPAN_MILLIS;
    for (const at of minuteTicks(start, this.#endMillis, width / 90)) {
      shapes.push(svgElement('text', { x: x(at), y: HEIGHT - 6, class: 'tick middle' },
        time(at).slice(0, 5)));
    }
    return shapes;
  }

  /** Legend, cursor and the words for a screen reader, of the marked moment or the latest. */
  #read() {
    const last = this.#samples.length - 1;
    const index = Math.min(this.#selected ?? last, last);
    const sample = this.#samples[index];
    if (sample === undefined) {
      return;
    }
    const values = this.#options.series.map(({ key }) => this.#options.unit(sample[key]));
    values.forEach((value, series) => setText(this.#legend[series], value));
    const breaker = sample.breaker && sample.breaker !== 'closed' ? `, breaker ${sample.breaker.replace('_', ' ')}` : '';
    setText(this.#moment, `${this.#selected === null ? 'latest' : time(sample.at)}${breaker}`);
    const text = this.#options.series.map(({ label }, series) => `${label} ${values[series]}`);
    setAttribute(this.#svg, 'aria-valuemax', last);
    setAttribute(this.#svg, 'aria-valuenow', index);
    setAttribute(this.#svg, 'aria-valuetext', `${time(sample.at)}: ${text.join(', ')}${breaker}`);
    const at = this.#selected === null ? null : this.#scales().x(millis(sample.at));
    setAttribute(this.#cursor, 'd',
      at === null ? null : `M${at.toFixed(1)} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}`);
  }

  #point(event) {
    if (this.#samples.length === 0) {
      return;
    }
    const { x } = this.#scales();
    const left = event.clientX - this.#svg.getBoundingClientRect().left;
    const distances = this.#samples.map((sample) => Math.abs(x(millis(sample.at)) - left));
    select(distances.indexOf(Math.min(...distances)));
  }

  #press(event) {
    const last = this.#samples.length - 1;
    const now = this.#selected ?? last;
    const to = {
      ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1,
      PageDown: now - TABLE_STEP, PageUp: now + TABLE_STEP, Home: 0, End: last,
    }[event.key];
    if (to !== undefined && last >= 0) {
      event.preventDefault();
      select(Math.min(last, Math.max(0, to)));
    } else if (event.key === 'Escape') {
      select(null);
    }
  }

  #drawTable() {
    if (!this.#details.open) {
      return;
    }
    const { series, unit, title } = this.#options;
    const picked = this.#samples.filter((_, index) =>
      (this.#samples.length - 1 - index) % TABLE_STEP === 0).reverse();
    const rows = picked.map((sample) => [
      time(sample.at), ...series.map(({ key }) => unit(sample[key])), sample.breaker ?? UNKNOWN]);
    show(this.#tablePlace, rows, () =>
      table(`${title}, minute by minute`, ['Time', ...series.map(({ label }) => label), 'Breaker'], rows));
  }
}

/** All charts show the same moment. */
function select(index) {
  all.forEach((chart) => chart.mark(index));
}
