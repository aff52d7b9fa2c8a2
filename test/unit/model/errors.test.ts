import { describe, expect, it } from 'vitest';
import { MaintError, reportOf } from '../../../src/model/errors.js';

describe('MaintError', () => {
  it('has nothing but a code and a sentence where nothing else is known', () => {
    const error = new MaintError('failed', 'It failed.');
    expect(error).toMatchObject({ name: 'MaintError', code: 'failed', message: 'It failed.', problems: [] });
    expect(error.hint).toBeUndefined();
    expect('cause' in error).toBe(false);
  });

  it('carries the next step, the ray, further lines and the cause', () => {
    const cause = new Error('ECONNRESET');
    const details = { hint: 'Try again.', ray: '8f1-FRA', problems: ['--for: nonsense'], cause };
    expect(new MaintError('usage', 'Two flags are wrong.', details)).toMatchObject(details);
  });
});

describe('reportOf', () => {
  it.each([
    [
      new MaintError('conflict', 'Changed.', { hint: 'Look.', ray: 'r' }),
      { code: 'conflict', message: 'Changed.', hint: 'Look.', ray: 'r' },
    ],
    [new MaintError('locked', 'Held.'), { code: 'locked', message: 'Held.', hint: null, ray: null }],
    [
      new TypeError('x is not a function'),
      { code: 'internal', message: 'x is not a function', hint: null, ray: null },
    ],
    ['thrown text', { code: 'internal', message: 'thrown text', hint: null, ray: null }],
    [undefined, { code: 'internal', message: 'undefined', hint: null, ray: null }],
  ])('turns %s into plain data', (error, report) => {
    expect(reportOf(error)).toEqual(report);
  });
});
