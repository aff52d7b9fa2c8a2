/** What the demo claims, held against what is so. */

/** A claim of the demo that turned out to be false; its message is for people. */
export class DemoFailure extends Error {}

/** @throws DemoFailure with the sentence unless the condition holds */
export function ensure(condition, sentence) {
  if (!condition) throw new DemoFailure(sentence);
}

/**
 * Where two values of plain data differ, as paths; the order of keys does not matter.
 *
 * @example differences({ a: [1] }, { a: [2], b: 3 }) // ['a.0: 1 → 2', 'b: nothing → 3']
 */
export function differences(before, after, path = '') {
  if (Object.is(before, after)) return [];
  if (!isNested(before) || !isNested(after)) return [`${path}: ${short(before)} → ${short(after)}`];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    differences(before[key], after[key], path === '' ? key : `${path}.${key}`),
  );
}

/** @throws DemoFailure that names the first differences between two snapshots of the sandbox */
export function ensureSame(before, after, sentence) {
  const found = differences(before, after);
  ensure(found.length === 0, [sentence, ...found.slice(0, 5).map((line) => `  ${line}`)].join('\n'));
}

function isNested(value) {
  return typeof value === 'object' && value !== null;
}

function short(value) {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 120);
}
