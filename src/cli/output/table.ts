/** Rows of text for people (aligned, fitted to the width) or for pipes (tab-separated, whole). */
import stringWidth from 'string-width';
import { oneLine } from './printable.js';
import type { View } from './view.js';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row, view: View) => string;
  /** Colours a cell after it was cut to size. */
  readonly paint?: (text: string, row: Row, view: View) => string;
  /** Columns with the highest number are dropped first where the width is short; 0 is never dropped. */
  readonly rank: number;
  readonly align?: 'right';
}

const GAP = 2;
/** A column that must be cut keeps at least this many cells. */
const NARROWEST = 8;

/** A table, ending in a line feed; empty for no rows. Pipes get every column, no title line and nothing cut. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], view: View): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => columns.map((column) => oneLine(column.value(row, view))));
  if (!view.person) return cells.map((line) => `${line.join('\t')}\n`).join('');
  const widths = columns.map((column, index) =>
    Math.max(stringWidth(column.title), ...cells.map((line) => stringWidth(line[index] ?? ''))),
  );
  const shown = fitted(columns, widths, cells, view.width);
  const head = shown.map(({ column, width }) => pad(cut(column.title, width), width, column.align));
  const body = rows.map((row, at) =>
    shown.map(({ column, index, width }) => {
      const text = pad(cut(cells[at]?.[index] ?? '', width), width, column.align);
      return column.paint === undefined ? text : column.paint(text, row, view);
    }),
  );
  return [view.palette.dim(joined(head)), ...body.map(joined)].map((line) => `${line}\n`).join('');
}

interface Fitted<Row> {
  readonly column: Column<Row>;
  readonly index: number;
  readonly width: number;
}

/** Drops empty columns, then those of the highest rank, and cuts the widest of the rest until the line fits. */
function fitted<Row>(
  columns: readonly Column<Row>[],
  widths: readonly number[],
  cells: readonly (readonly string[])[],
  room: number,
): Fitted<Row>[] {
  let shown = columns
    .map((column, index) => ({ column, index, width: widths[index] ?? 0 }))
    .filter(
      ({ column, index }) =>
        column.rank === 0 || cells.some((line) => !['', '-'].includes(line[index] ?? '')),
    );
  while (lineWidth(shown) > room) {
    const highest = Math.max(...shown.map(({ column }) => column.rank));
    if (highest === 0) break;
    const last = shown.findLastIndex(({ column }) => column.rank === highest);
    shown = shown.filter((_, index) => index !== last);
  }
  while (lineWidth(shown) > room) {
    const widest = shown.reduce((a, b) => (b.width > a.width ? b : a));
    const floor = shown.length === 1 ? 1 : NARROWEST;
    if (widest.width <= floor) return shown.length === 1 ? shown : narrower(shown, room);
    const width = Math.max(floor, widest.width - (lineWidth(shown) - room));
    shown = shown.map((entry) => (entry === widest ? { ...entry, width } : entry));
  }
  return shown;
}

/** On a screen too narrow even for cut columns only the first ones stay. */
function narrower<Row>(shown: readonly Fitted<Row>[], room: number): Fitted<Row>[] {
  const fewer = shown.slice(0, -1);
  if (fewer.length > 1 && lineWidth(fewer) > room) return narrower(fewer, room);
  return fewer.map((entry) => ({ ...entry, width: Math.max(1, Math.min(entry.width, room)) }));
}

function lineWidth(shown: readonly { readonly width: number }[]): number {
  return shown.reduce((sum, { width }) => sum + width, 0) + GAP * Math.max(0, shown.length - 1);
}

function joined(line: readonly string[]): string {
  return line.join(' '.repeat(GAP)).trimEnd();
}

/** Cuts text to a number of terminal cells, with an ellipsis where something was lost. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

function pad(text: string, width: number, align?: 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? blanks + text : text + blanks;
}
