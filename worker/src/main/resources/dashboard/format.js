// Numbers and times in words. What is not known is a dash.

export const UNKNOWN = '–';

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const CENTS = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const TINY = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY_AND_CLOCK = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function known(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

export function count(value) {
  return known(value) ? WHOLE.format(value) : UNKNOWN;
}

/** For where there is little room: 12,345 but 1.23M. */
export function shortCount(value) {
  if (!known(value)) {
    return UNKNOWN;
  }
  return value < 100_000 ? WHOLE.format(value) : SHORT.format(value);
}

/** One thing, or several. */
export function plural(value, one, several = one + 's') {
  return `${count(value)} ${value === 1 ? one : several}`;
}

export function rate(perSecond) {
  if (!known(perSecond)) {
    return UNKNOWN;
  }
  const format = perSecond >= 100_000 ? SHORT : perSecond >= 100 ? WHOLE : TENTHS;
  return `${format.format(perSecond)}/s`;
}

/** A fraction of one. */
export function percent(fraction) {
  return known(fraction) ? `${TENTHS.format(fraction * 100)} %` : UNKNOWN;
}

export function seconds(value) {
  if (!known(value)) {
    return UNKNOWN;
  }
  if (value < 1) {
    return `${WHOLE.format(value * 1000)} ms`;
  }
  if (value < 60) {
    return `${TENTHS.format(value)} s`;
  }
  const units = [['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]];
  const first = units.findIndex(([, length]) => value >= length);
  const [unit, length] = units[first];
  const rest = Math.floor((value % length) / units[first + 1][1]);
  const whole = `${WHOLE.format(Math.floor(value / length))} ${unit}`;
  return rest === 0 ? whole : `${whole} ${rest} ${units[first + 1][0]}`;
}

/** Milliseconds since the epoch of an ISO time, or null. */
export function millis(iso) {
  const value = typeof iso === 'string' ? Date.parse(iso) : NaN;
  return Number.isNaN(value) ? null : value;
}

/** The time of day in the reader's zone, with the day if it is not that of now. */
export function time(iso, nowMillis) {
  const value = typeof iso === 'number' ? iso : millis(iso);
  if (value === null) {
    return UNKNOWN;
  }
  const sameDay = new Date(value).toDateString() === new Date(nowMillis ?? value).toDateString();
  return (sameDay ? CLOCK : DAY_AND_CLOCK).format(value);
}

export function ago(iso, nowMillis) {
  const value = millis(iso);
  return value === null
    ? UNKNOWN
    : `${seconds(Math.max(0, Math.round((nowMillis - value) / 1000)))} ago`;
}

/** half_open: half open. */
export function words(name) {
  return typeof name === 'string' ? name.replaceAll('_', ' ') : UNKNOWN;
}

/** Money without its currency; what is less than a cent keeps two digits that count. */
export function amount(value) {
  return known(value) ? (value === 0 || Math.abs(value) >= 0.01 ? CENTS : TINY).format(value) : UNKNOWN;
}

export function dollars(value) {
  return known(value) ? `${amount(value)} USD` : UNKNOWN;
}
