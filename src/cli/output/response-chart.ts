/** Response times as a small chart of block characters: a column is a stretch of time, its height the median. */
import type { CheckResult } from '../../model/target.js';
import { span } from './moment.js';
import type { View } from './view.js';

const ROWS = 5;
const WIDEST = 72;
const NARROWEST = 10;
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

interface Stretch {
  /** Median of the checks that were well; null where none was. */
  readonly ms: number | null;
  readonly failed: boolean;
}

/** The chart with its axes and a line of marks where checks failed; empty for no results. Lines end in a line feed. */
export function responseChart(results: readonly CheckResult[], view: View): string {
  const first = results[0];
  const last = results.at(-1);
  if (first === undefined || last === undefined) return '';
  const highest = Math.max(1, ...results.filter(isWell).map(({ totalMs }) => totalMs));
  const label = timeText(highest);
  const margin = label.length;
  const room = Math.min(WIDEST, (Number.isFinite(view.width) ? view.width : 80) - margin - 3);
  const stretches = stretchesOf(results, Math.max(NARROWEST, room));
  const top = Math.max(1, ...stretches.map(({ ms }) => ms ?? 0));
  const { palette } = view;
  const body = Array.from({ length: ROWS }, (_, row) => {
    const axis = row === 0 ? timeText(top) : row === ROWS - 1 ? '0' : '';
    const bars = stretches.map(({ ms }) => blockAt(ms, top, ROWS - 1 - row)).join('');
    return `${palette.dim(`${axis.padStart(margin)} │`)}${palette.accent(bars.trimEnd())}`;
  });
  const marks = stretches.map(({ failed }) => (failed ? 'x' : ' ')).join('');
  const foot = marks.trim() === '' ? [] : [`${' '.repeat(margin + 2)}${palette.bad(marks.trimEnd())}`];
  const from = `${span(view.now.getTime() - Date.parse(first.at))} ago`;
  const to = `${span(view.now.getTime() - Date.parse(last.at))} ago`;
  const gap = Math.max(1, stretches.length - from.length - to.length);
  const times = `${' '.repeat(margin + 2)}${palette.dim(`${from}${' '.repeat(gap)}${to}`)}`;
  return [...body, ...foot, times].map((line) => `${line.trimEnd()}\n`).join('');
}

/** Cuts the time from the first to the last result into at most `columns` equal stretches. */
function stretchesOf(results: readonly CheckResult[], columns: number): Stretch[] {
  const times = results.map(({ at }) => Date.parse(at));
  const start = Math.min(...times);
  const length = Math.max(...times) - start;
  const count = Math.min(columns, results.length);
  const cells: CheckResult[][] = Array.from({ length: count }, () => []);
  results.forEach((result, index) => {
    const share = length === 0 ? index / count : ((times[index] ?? start) - start) / length;
    cells[Math.min(count - 1, Math.floor(share * count))]?.push(result);
  });
  return cells.map((cell) => ({
    ms: median(cell.filter(isWell).map(({ totalMs }) => totalMs)),
    failed: cell.some(({ verdict }) => verdict === 'failure'),
  }));
}

function isWell({ verdict }: CheckResult): boolean {
  return verdict === 'success';
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** The block of a column in a row, counted from below; what was measured shows at least a sliver. */
function blockAt(ms: number | null, top: number, row: number): string {
  if (ms === null) return ' ';
  const eighths = Math.max(1, Math.round((ms / top) * ROWS * 8));
  return EIGHTHS[Math.min(8, Math.max(0, eighths - row * 8))] ?? ' ';
}

/** `412ms`, `1.3s`. */
export function timeText(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)}ms` : `${(ms / 1_000).toFixed(1)}s`;
}
