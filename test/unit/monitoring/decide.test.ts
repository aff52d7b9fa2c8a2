import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckResult, Target, TargetState } from '../../../src/model/target.js';
import { decide } from '../../../src/monitoring/decide.js';
import type { OpenPage } from '../../../src/monitoring/types.js';
import { after as following, NOW, result, target } from './samples.js';

const MINUTE = 60_000;
const page = (kind: string, fields: Partial<OpenPage> = {}): OpenPage => ({
  eventId: 'e',
  kind,
  since: following(-60 * MINUTE),
  ...fields,
});

/** Feeds verdicts, a minute apart: `+` well, `-` failed, `?` proves nothing. */
function feed(start: Target, verdicts: string, at: (step: number) => OpenPage | null = () => null) {
  let current = start;
  const steps: { state: TargetState; wish: string | null; reasons: readonly string[] }[] = [];
  [...verdicts].forEach((sign, step) => {
    const kind = ({ '+': 'success', '-': 'failure', '?': 'excused' } as const)[sign] ?? 'excused';
    const now = following(step * MINUTE);
    const { standing, wish, reasons } = decide(current, result(kind, { at: now }), at(step), now);
    current = { ...current, standing };
    steps.push({ state: standing.state, wish, reasons });
  });
  return {
    steps,
    states: steps.map(({ state }) => state),
    wishes: steps.map(({ wish }) => wish),
    end: current,
  };
}

const auto = { autoEnable: true, autoDisable: true, minHoldMs: 5 * MINUTE };

describe('thresholds', () => {
  it('take failures in a row to be down, and well checks in a row to be up again', () => {
    const { states, wishes } = feed(target(auto), '+--+---++');
    expect(states).toEqual([
      'up',
      'suspect',
      'suspect',
      'up',
      'suspect',
      'suspect',
      'down',
      'recovering',
      'up',
    ]);
    expect(wishes).toEqual([null, null, null, null, null, null, 'enable', null, null]);
  });

  it('start anew where a site fails while it recovers', () => {
    const { states } = feed(target({ ...auto, recoveryThreshold: 3 }), '---++-+++');
    expect(states.slice(2)).toEqual([
      'down',
      'recovering',
      'recovering',
      'down',
      'recovering',
      'recovering',
      'up',
    ]);
  });

  it('of one act at once', () => {
    const quick = target({ ...auto, failureThreshold: 1, recoveryThreshold: 1 });
    expect(feed(quick, '-+').states).toEqual(['down', 'up']);
  });

  it('never move for a check that proves nothing', () => {
    const { states, wishes, end } = feed(target(auto), '+--????-');
    expect(states).toEqual(['up', 'suspect', 'suspect', 'suspect', 'suspect', 'suspect', 'suspect', 'down']);
    expect(wishes.slice(0, -1).every((wish) => wish === null)).toBe(true);
    expect(end.standing.checkedAt).toBe(following(7 * MINUTE));
  });
});

describe('wishes', () => {
  const down = (fields = {}) => target({ ...auto, standing: { state: 'down', failures: 5 }, ...fields });
  const up = (fields = {}) => target({ ...auto, standing: { state: 'up', successes: 5 }, ...fields });
  const wish = (one: Target, verdict: CheckResult['verdict'], shown: OpenPage | null, now = NOW) =>
    decide(one, result(verdict), shown, now).wish;

  it('come again with each check until they are done', () => {
    expect(feed(target(auto), '-----').wishes).toEqual([null, null, 'enable', 'enable', 'enable']);
  });

  it('are none unless asked for', () => {
    expect(wish(down({ autoEnable: false }), 'failure', null)).toBeNull();
    expect(wish(up({ autoDisable: false }), 'success', page('monitor'))).toBeNull();
  });

  it('lift what the monitor put up, and nothing else', () => {
    expect(wish(up(), 'success', page('monitor'))).toBe('disable');
    expect(wish(up(), 'success', page('manual'))).toBeNull();
    expect(wish(up(), 'success', page('scheduled'))).toBeNull();
  });

  it('wait for the recovery threshold also where the state says up', () => {
    expect(wish(target({ ...auto, standing: { state: 'unknown' } }), 'success', page('monitor'))).toBeNull();
  });

  it('leave a page up for its minimum, but not because the clock was set back', () => {
    const young = page('monitor', { since: following(-4 * MINUTE) });
    expect(wish(up(), 'success', young)).toBeNull();
    expect(wish(up(), 'success', young, following(MINUTE))).toBe('disable');
    expect(wish(up(), 'success', page('monitor', { since: following(25 * 60 * MINUTE) }))).toBe('disable');
  });

  it('finish what was left half done', () => {
    const opening = page('monitor', { unfinished: 'opening' });
    const closing = page('monitor', { unfinished: 'closing' });
    expect(wish(down(), 'failure', opening)).toBe('enable');
    expect(wish(down(), 'failure', closing)).toBe('enable');
    expect(wish(up(), 'success', closing)).toBe('disable');
    expect(wish(up({ autoDisable: false }), 'failure', closing)).toBe('disable');
    expect(wish(down(), 'failure', page('manual', { unfinished: 'opening' }))).toBeNull();
  });

  it('leave down what a person took down, until the site was well in between', () => {
    const shown = (step: number) => (step >= 3 && step <= 4 ? page('monitor') : null);
    const { wishes } = feed(target(auto), '--------++---', shown);
    expect(wishes).toEqual([null, null, 'enable', ...Array(7).fill(null), null, null, 'enable']);
  });

  it('leave it down as well where it was taken down at the first failures, before the site counted as down', () => {
    const held = (step: number) => (step <= 3 ? page('monitor') : null);
    const { states, wishes } = feed(target(auto), '++--------', held);
    expect(states.slice(2, 6)).toEqual(['suspect', 'suspect', 'down', 'down']);
    expect(wishes.slice(2)).toEqual(Array(8).fill(null));
  });

  it('put a page up again that the monitor itself has lifted meanwhile, finishing what was half done', () => {
    const closing = (step: number) => (step <= 3 ? page('monitor', { unfinished: 'closing' }) : null);
    const { wishes } = feed(target(auto), '++------', closing);
    expect(wishes.slice(2)).toEqual(['disable', 'disable', 'enable', 'enable', 'enable', 'enable']);
  });

  it('leave down what went while the check was under way', () => {
    const failing = target({ ...auto, standing: { state: 'suspect', failures: 2 } });
    expect(decide(failing, result('failure'), null, NOW, true).wish).toBeNull();
    expect(decide(failing, result('failure'), null, NOW, false).wish).toBe('enable');
  });
});

describe('flapping', () => {
  const nervous = target({ ...auto, failureThreshold: 1, recoveryThreshold: 1 });

  it('freezes after more than six changes in an hour, and thaws half an hour later', () => {
    const { wishes, end } = feed(nervous, '-+-+-+-');
    expect(wishes).toEqual(['enable', null, 'enable', null, 'enable', null, null]);
    expect(end.standing.frozenUntil).toBe(following(6 * MINUTE + 30 * MINUTE));
    const later = following(37 * MINUTE);
    expect(decide(end, result('failure', { at: later }), null, later).wish).toBe('enable');
  });

  it('is no matter of changes that lie hours apart', () => {
    let current = nervous;
    for (let hour = 0; hour < 30; hour += 1) {
      const now = following(hour * 40 * MINUTE);
      const verdict = hour % 2 === 0 ? 'failure' : 'success';
      current = { ...current, standing: decide(current, result(verdict, { at: now }), null, now).standing };
      expect(current.standing.frozenUntil).toBeNull();
    }
    expect(current.standing.flips.length).toBeLessThanOrEqual(2);
  });

  it('does not freeze for ever where the clock was set back', () => {
    const { end } = feed(nervous, '-+-+-+-');
    const before = following(-25 * 60 * MINUTE);
    const set = decide(end, result('failure', { at: before }), null, before);
    expect(set.wish).toBe('enable');
    // When the clock comes to that moment again, the freeze is long forgotten.
    const again = following(20 * MINUTE);
    const later = { ...end, standing: set.standing };
    expect(decide(later, result('failure', { at: again }), null, again).wish).toBe('enable');
  });

  it('is over at the moment it names', () => {
    const { end } = feed(nervous, '-+-+-+-');
    const moment = end.standing.frozenUntil ?? '';
    expect(decide(end, result('failure', { at: moment }), null, moment).wish).toBe('enable');
  });
});

describe('always', () => {
  const verdicts = fc.array(fc.constantFrom('+', '-', '?'), { maxLength: 60 });
  const policy = fc.record({
    failureThreshold: fc.integer({ min: 1, max: 5 }),
    recoveryThreshold: fc.integer({ min: 1, max: 5 }),
  });

  it('a site is wished a page only after its threshold of failures in a row, excuses aside', () => {
    fc.assert(
      fc.property(verdicts, policy, (signs, thresholds) => {
        const { wishes } = feed(target({ ...auto, ...thresholds }), signs.join(''));
        wishes.forEach((wish, step) => {
          if (wish !== 'enable') return;
          const counted = signs.slice(0, step + 1).filter((sign) => sign !== '?');
          // A run of failures may have been followed by fewer well checks than make a recovery.
          const lastUp = counted.join('').lastIndexOf('+'.repeat(thresholds.recoveryThreshold));
          const since = lastUp < 0 ? counted : counted.slice(lastUp + thresholds.recoveryThreshold);
          expect(since.join('')).toContain('-'.repeat(thresholds.failureThreshold));
          expect(signs[step]).toBe('-');
        });
      }),
    );
  });

  it('a page is lifted only after the threshold of well checks in a row', () => {
    fc.assert(
      fc.property(verdicts, policy, (signs, thresholds) => {
        const { wishes } = feed(target({ ...auto, ...thresholds }), signs.join(''), () => page('monitor'));
        wishes.forEach((wish, step) => {
          if (wish !== 'disable') return;
          const counted = signs.slice(0, step + 1).filter((sign) => sign !== '?');
          expect(counted.slice(-thresholds.recoveryThreshold)).toEqual(
            Array(thresholds.recoveryThreshold).fill('+'),
          );
        });
      }),
    );
  });
});
