// Where the parts of the flow stand: in a row where there is room, else in a column.

/** Below this width of the picture's place, in pixels, the row would be too small to read. */
export const ROW_MIN_WIDTH = 860;

/**
 * A layout: the picture's size, a box [x, y, width, height] for each part, the point of the switch
 * and its direction, and the corners of each line; labels stand at a point.
 */
export const ROW = {
  name: 'row',
  size: [1180, 372],
  boxes: {
    requests: [2, 132, 150, 104],
    store: [204, 132, 150, 104],
    waiting: [406, 132, 150, 104],
    redis: [608, 132, 150, 104],
    gemini: [858, 132, 150, 104],
    results: [1028, 132, 150, 104],
    retries: [608, 286, 170, 84],
    letters: [1008, 286, 170, 84],
  },
  gate: { at: [808, 184], vertical: false, label: [808, 236] },
  lines: {
    received: [[152, 184], [204, 184]],
    misses: [[354, 184], [406, 184]],
    lookups: [[556, 184], [608, 184]],
    calls: [[758, 184], [858, 184]],
    answers: [[1008, 184], [1028, 184]],
    storeHits: [[279, 132], [279, 34], [1125, 34], [1125, 132]],
    redisHits: [[683, 132], [683, 84], [1081, 84], [1081, 132]],
    failures: [[933, 236], [933, 328], [778, 328]],
    again: [[608, 328], [481, 328], [481, 236]],
    dead: [[1093, 236], [1093, 286]],
  },
  labels: { storeHits: [700, 26], redisHits: [882, 76], failures: [845, 320], again: [545, 320] },
};

export const COLUMN = {
  name: 'column',
  size: [340, 690],
  boxes: {
    requests: [28, 2, 178, 86],
    store: [28, 114, 178, 86],
    waiting: [28, 226, 178, 86],
    redis: [28, 338, 178, 86],
    gemini: [28, 490, 178, 86],
    results: [28, 602, 178, 86],
    retries: [232, 338, 106, 86],
    letters: [232, 602, 106, 86],
  },
  gate: { at: [117, 457], vertical: true, label: [134, 461] },
  lines: {
    received: [[117, 88], [117, 114]],
    misses: [[117, 200], [117, 226]],
    lookups: [[117, 312], [117, 338]],
    calls: [[117, 424], [117, 490]],
    answers: [[117, 576], [117, 602]],
    storeHits: [[28, 157], [8, 157], [8, 660], [28, 660]],
    redisHits: [[28, 381], [18, 381], [18, 632], [28, 632]],
    failures: [[206, 533], [285, 533], [285, 424]],
    again: [[285, 338], [285, 269], [206, 269]],
    dead: [[206, 645], [232, 645]],
  },
  labels: {},
};

/** The path along the corners, which are rounded. */
export function path(corners, radius = 12) {
  const [first, ...rest] = corners;
  let result = `M${first}`;
  rest.forEach((corner, index) => {
    const next = rest[index + 1];
    if (next === undefined) {
      result += `L${corner}`;
    } else {
      const before = index === 0 ? first : rest[index - 1];
      result += `L${towards(corner, before, radius)}Q${corner} ${towards(corner, next, radius)}`;
    }
  });
  return result;
}

/** The point on the way from one corner to another, no further than half of it. */
function towards([x, y], [toX, toY], distance) {
  const length = Math.hypot(toX - x, toY - y);
  const share = Math.min(distance, length / 2) / length;
  return [x + (toX - x) * share, y + (toY - y) * share];
}
