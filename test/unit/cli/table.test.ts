import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { moment, span } from '../../../src/cli/output/moment.js';
import { paletteOf } from '../../../src/cli/output/palette.js';
import { printable } from '../../../src/cli/output/printable.js';
import { type Column, table } from '../../../src/cli/output/table.js';
import type { View } from '../../../src/cli/output/view.js';
import { NOW } from './memory-terminal.js';

interface Row {
  readonly name: string;
  readonly state: string;
  readonly note: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', rank: 0, value: ({ name }) => name },
  { title: 'STATE', rank: 1, value: ({ state }) => state },
  { title: 'NOTE', rank: 2, shrinksTo: 8, value: ({ note }) => note },
];

const ROWS: readonly Row[] = [
  { name: '日本語.example', state: 'active', note: 'a note of some length\nand a second line' },
  { name: 'b.example', state: 'maintenance', note: '' },
];

function view(width: number, person = true): View {
  return { person, width, palette: paletteOf(0), now: NOW, verbosity: 0 };
}

const lines = (text: string) => text.split('\n').slice(0, -1);

describe('table', () => {
  it('aligns by terminal cells, not characters', () => {
    const [head = '', first = '', second = ''] = lines(table(ROWS, COLUMNS, view(100)));
    const column = head.indexOf('STATE');
    expect(stringWidth(first.slice(0, first.indexOf('active')))).toBe(column);
    expect(second.indexOf('maintenance')).toBe(column);
  });

  it('cuts texts first, then drops columns, then cuts names', () => {
    expect(table(ROWS, COLUMNS, view(40))).toContain('…');
    expect(lines(table(ROWS, COLUMNS, view(30)))[0]).toMatch(/^NAME +STATE$/);
    expect(lines(table(ROWS, COLUMNS, view(20)))[0]).toBe('NAME');
    expect(lines(table(ROWS, COLUMNS, view(10)))[1]).toBe('日本語.ex…');
  });

  it('is never wider than the screen', () => {
    const row = fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1 }),
      state: fc.string(),
      note: fc.string(),
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 8, max: 120 }),
        (rows, width) => lines(table(rows, COLUMNS, view(width))).every((line) => stringWidth(line) <= width),
      ),
    );
  });

  it('gives pipes every column whole, one line a row, without titles', () => {
    expect(table(ROWS, COLUMNS, view(Number.POSITIVE_INFINITY, false))).toBe(
      '日本語.example\tactive\ta note of some length and a second line\nb.example\tmaintenance\t\n',
    );
  });
});

describe('printable', () => {
  it('lets no control through but line feed and tab, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => !/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(printable(text)),
      ),
    );
  });
});

describe('times', () => {
  it.each([
    [0, '0s'],
    [59_400, '59s'],
    [61_000, '1m 1s'],
    [45 * 60_000 + 5_000, '45m'],
    [3 * 3_600_000 + 12 * 60_000, '3h 12m'],
    [50 * 3_600_000, '2d 2h'],
  ])('%i ms is %s', (ms, text) => expect(span(ms)).toBe(text));

  it('is relative for a person and RFC 3339 for a pipe', () => {
    const time = '2026-11-23T11:00:00.000Z';
    expect(moment(time, { person: true, now: NOW })).toBe('1h ago');
    expect(moment('2026-11-23T12:05:00.000Z', { person: true, now: NOW })).toBe('in 5m');
    expect(moment(time, { person: false, now: NOW })).toBe(time);
    expect(moment(null, { person: true, now: NOW })).toBe('');
  });
});
