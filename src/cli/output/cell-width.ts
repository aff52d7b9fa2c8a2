/** How wide a text is on a terminal. */
import stringWidth from 'string-width';

/** Letters and signs of Europe that take one cell each, and join with nothing beside them. */
const ONE_CELL_EACH =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02af\u2013-\u2026\u2190-\u2193\u2500-\u25a0\u2713\u2717]*$/;

/** Cells of a terminal. The first text that needs all of Unicode costs up to 100 ms, and an ellipsis is none. */
export function cellWidth(text: string): number {
  return ONE_CELL_EACH.test(text) ? text.length : stringWidth(text);
}
