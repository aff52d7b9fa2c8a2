import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/model/duration.js';
import { MaintError } from '../../../src/model/errors.js';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

describe('parseDuration', () => {
  it.each([
    ['90s', 90 * SECOND],
    ['30m', 30 * MINUTE],
    ['1h45m', HOUR + 45 * MINUTE],
    ['1h 45m', HOUR + 45 * MINUTE],
    ['2d', 2 * DAY],
    ['1d2h3m4s5ms', DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND + 5],
    ['250ms', 250],
    ['1.5h', 90 * MINUTE],
    ['0s', 0],
    ['  5m ', 5 * MINUTE],
  ])('reads %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    '30',
    '-5m',
    '5',
    'm',
    '5min',
    '5 m',
    '1h45',
    '1,5h',
    '1e3s',
    '.5h',
    '5M',
    'soon',
    'PT5M',
    '٥m',
    '99999999999999d',
    `${'9'.repeat(400)}s`,
  ])('refuses %j and says how to write one', (text) => {
    const attempt = () => parseDuration(text);
    expect(attempt).toThrow(MaintError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'usage', hint: expect.stringContaining('30m') }));
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [-5, '0ms'],
    [340, '340ms'],
    [999.4, '999ms'],
    [999.6, '1s'],
    [12_000, '12s'],
    [59_999, '1m'],
    [90 * SECOND, '1m 30s'],
    [HOUR + 45 * MINUTE, '1h 45m'],
    [DAY + 2 * HOUR + 3 * MINUTE, '1d 2h'],
    [DAY + 5 * MINUTE, '1d 5m'],
    [400 * DAY, '400d'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('writes what can be read again, as long as two units are enough', () => {
    const twoUnits = fc.tuple(fc.nat(500), fc.nat(23)).map(([days, hours]) => days * DAY + hours * HOUR);
    fc.assert(fc.property(fc.oneof(twoUnits, fc.nat(999)), (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});
