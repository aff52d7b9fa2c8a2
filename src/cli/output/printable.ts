/** Text from outside, made harmless for a terminal. JSON output does not pass through here: it escapes instead. */

/** Controls that could move the cursor, change colours, hide text or reverse its direction. LF and TAB stay. */
const CONTROLS = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Removes C0 (but LF and TAB), DEL, C1 and bidirectional controls. */
export function printable(text: string): string {
  return text.replace(CONTROLS, '');
}

/** The same on a single line: every run of white space becomes one blank. */
export function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

/** A deep copy of plain data with every string made printable: what renderers for people are given. */
export function printableData<T>(value: T): T {
  if (typeof value === 'string') return printable(value) as T;
  if (Array.isArray(value)) return value.map(printableData) as T;
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const entries = Object.entries(value).map(([key, field]) => [printable(key), printableData(field)]);
  return Object.fromEntries(entries) as T;
}
