/** Rows of text for people (aligned, fitted to the width) or for pipes (tab-separated, whole). */
import { cellWidth } from './cell-width.js';
import { oneLine } from './printable.js';
import type { View } from './view.js';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row, view: View) => string;
  /** Colours a cell after it was cut to size. */
  readonly paint?: (text: string, row: Row, view: View) => string;
  /** Columns with the highest number are dropped first where the width is short; 0 is never dropped. */
  readonly rank: number;
  /** A text that may be cut to this many cells before any column is dropped for it. */
  readonly shrinksTo?: number;
  readonly align?: 'right';
}

const GAP = 2;
/** A name that must be cut keeps at least this many cells. */
const NARROWEST = 8;

/** A table, ending in a line feed; empty for no rows. Pipes get every column, no title line and nothing cut. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], view: View): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => columns.map((column) => oneLine(column.value(row, view))));
  if (!view.person) return cells.map((line) => `${line.join('\t')}\n`).join('');
  const widths = columns.map((column, index) =>
    Math.max(cellWidth(column.title), ...cells.map((line) => cellWidth(line[index] ?? ''))),
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

/**
 * Drops empty columns; then, where even cut texts do not fit, those of the highest rank; then cuts the texts
 * that may shrink, and only on a very narrow screen the rest.
 */
function fitted<Row>(
  columns: readonly Column<Row>[],
  widths: readonly number[],
  cells: readonly (readonly string[])[],
  room: number,
): Fitted<Row>[] {
  let shown = columns
    .map((column, index) => ({ column, index, width: widths[index] ?? 0 }))
    .filter(({ column, index }) => column.rank === 0 || cells.some((line) => line[index] !== ''));
  while (lineWidth(shown.map(leastOf)) > room) {
    const highest = Math.max(...shown.map(({ column }) => column.rank));
    if (highest === 0) break;
    const last = shown.findLastIndex(({ column }) => column.rank === highest);
    shown = shown.filter((_, index) => index !== last);
  }
  const excess = (): number => lineWidth(shown.map(({ width }) => width)) - room;
  while (excess() > 0) {
    const cuttable = shown.filter((entry) => entry.width > leastOf(entry));
    if (cuttable.length === 0) return cutAll(shown, room);
    const widest = cuttable.reduce((a, b) => (b.width > a.width ? b : a));
    const width = Math.max(leastOf(widest), widest.width - excess());
    shown = shown.map((entry) => (entry === widest ? { ...entry, width } : entry));
  }
  return shown;
}

function leastOf<Row>({ column, width }: Fitted<Row>): number {
  return Math.min(width, column.shrinksTo ?? width);
}

/** On a screen too narrow for whole names, every column that stays gets its share of it. */
function cutAll<Row>(shown: readonly Fitted<Row>[], room: number): Fitted<Row>[] {
  const share = Math.floor((room - GAP * (shown.length - 1)) / shown.length);
  if (share < NARROWEST && shown.length > 1) return cutAll(shown.slice(0, -1), room);
  return shown.map((entry) => ({ ...entry, width: Math.max(1, Math.min(entry.width, share)) }));
}

function lineWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);
}

function joined(line: readonly string[]): string {
  return line.join(' '.repeat(GAP)).trimEnd();
}

/** Cuts text to a number of terminal cells, with an ellipsis where something was lost. */
export function cut(text: string, width: number): string {
  if (cellWidth(text) <= width) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (cellWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

function pad(text: string, width: number, align?: 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - cellWidth(text)));
  return align === 'right' ? blanks + text : text + blanks;
}
