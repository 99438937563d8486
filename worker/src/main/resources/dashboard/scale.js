// Axes: from values to pixels, and the round numbers to write beside them.

/** Round steps that cover 0 to max in a few lines; max is 1 at least where whole is asked for. */
export function ticks(max, wanted = 4, whole = false) {
  const top = max > 0 ? max : 1;
  const rough = top / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  let step = [1, 2, 5, 10].map((factor) => factor * power).find((it) => it >= rough * 0.999);
  if (whole) {
    step = Math.max(1, step);
  }
  const steps = Math.ceil(top / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => index * step);
}

export function linear(fromLow, fromHigh, toLow, toHigh) {
  const factor = (toHigh - toLow) / (fromHigh - fromLow);
  return (value) => toLow + (value - fromLow) * factor;
}

/** Full minutes within, a few of them. */
export function minuteTicks(fromMillis, toMillis, wanted) {
  const minutes = (toMillis - fromMillis) / 60_000;
  const step = [1, 2, 3, 5, 10, 15].find((it) => minutes / it <= wanted) ?? 30;
  const stepMillis = step * 60_000;
  const result = [];
  for (let at = Math.ceil(fromMillis / stepMillis) * stepMillis; at <= toMillis; at += stepMillis) {
    result.push(at);
  }
  return result;
}

/**
 * The path of a line through the points [x, y]; where y is null, or where more than gap passes
 * between two, it breaks off. A lone point becomes a dot.
 */
export function linePath(points, gap) {
  let result = '';
  let last = null;
  for (const [x, y] of points) {
    if (y === null) {
      last = null;
      continue;
    }
    const joined = last !== null && x - last <= gap;
    result += `${joined ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    if (!joined) {
      result += 'h0.01';
    }
    last = x;
  }
  return result;
}
