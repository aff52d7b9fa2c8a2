/** How totals call what has no value. */
const NONE = '(none)';

/**
 * How many rows have which value. Values come by code point, so that the order is the same everywhere; rows
 * without one are counted last, as `(none)`.
 */
export function tally<T>(rows: readonly T[], keyOf: (row: T) => string | null): Record<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = keyOf(row) ?? NONE;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const rank = ([value]: readonly [string, number]) => Number(value === NONE);
  const order = [...counts].sort((a, b) => rank(a) - rank(b) || (a[0] < b[0] ? -1 : 1));
  return Object.fromEntries(order);
}
