import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/monitoring/explain.js';
import { simulate } from '../../../src/monitoring/simulate.js';
import { after as following, NOW, result, target } from './samples.js';

const MINUTE = 60_000;
const down = { state: 'down', failures: 4, changedAt: NOW } as const;

describe('explain', () => {
  it('tells where it stands, how it came there and what follows', () => {
    const one = target({ autoEnable: true, standing: down });
    const { wish, sentences } = explain({ target: one, page: null, recent: [result('failure')], now: NOW });
    expect(wish).toBe('enable');
    expect(sentences).toEqual([
      `It is down since ${NOW}: of its checks, the last 4 failed in a row.`,
      'It takes 3 failures in a row to be down, and 2 checks that are well to be up again.',
      `The last check, at ${NOW}, ended with HTTP 503, http after 21 ms.`,
      'Its page is not up.',
      'It failed 4 times in a row.',
      'So the next check that fails puts the page up, unless too many sites fail with it.',
    ]);
  });

  it.each([
    [target(), null, 'It has no check that counts yet.'],
    [target({ standing: down }), null, 'It is down, but --auto-enable is not set.'],
    [
      target({ autoEnable: true, standing: { ...down, covered: true } }),
      null,
      'Somebody took its page down while it was failing: that stands until it was up again.',
    ],
    [
      target({ standing: { state: 'up', successes: 9 } }),
      { eventId: 'e', kind: 'manual', since: NOW },
      "Event e is a person's: only a person lifts it.",
    ],
    [
      target({ standing: { state: 'down', flips: Array(7).fill(NOW), frozenUntil: following(MINUTE) } }),
      null,
      'It changed between up and down 7 times within an hour; more than 6 freeze it.',
    ],
  ])('says the reason that counts (%#)', (one, page, sentence) => {
    expect(explain({ target: one, page, recent: [], now: NOW }).sentences).toContain(sentence);
  });

  it('promises nothing that is refused', () => {
    const one = target({ autoEnable: true, standing: down });
    const { sentences } = explain({ target: one, page: null, recent: [], now: NOW, refusal: 'Not now.' });
    expect(sentences.at(-1)).toBe('It will not be done: Not now.');
    expect(sentences.join(' ')).not.toContain('puts the page up');
  });

  it('says for how long nothing has counted, and why', () => {
    const recent = [
      result('failure'),
      result('excused', { error: 'own-page', at: following(MINUTE) }),
      result('excused', { error: 'own-page', at: following(2 * MINUTE) }),
    ];
    const { sentences } = explain({ target: target(), page: null, recent, now: NOW });
    expect(sentences).toContain(
      `Nothing was counted since ${following(MINUTE)} (2 checks): a maintenance page of ours answered instead of the site.`,
    );
  });
});

describe('simulate', () => {
  const history = (signs: string) =>
    [...signs].map((sign, minute) =>
      result(sign === '+' ? 'success' : sign === '-' ? 'failure' : 'excused', {
        at: following(minute * MINUTE),
      }),
    );

  it('shows what other thresholds would have done', () => {
    const seen = history('+++---++++-----+++');
    const as = (failureThreshold: number) =>
      simulate(target(), seen, { failureThreshold, minHoldMs: 0 }).actions.map(({ at, action }) => [
        action,
        at,
      ]);
    expect(as(3)).toEqual([
      ['enable', following(5 * MINUTE)],
      ['disable', following(7 * MINUTE)],
      ['enable', following(12 * MINUTE)],
      ['disable', following(16 * MINUTE)],
    ]);
    expect(as(5)).toEqual([
      ['enable', following(14 * MINUTE)],
      ['disable', following(16 * MINUTE)],
    ]);
    expect(as(6)).toEqual([]);
  });

  it('adds up how long the site failed and the page was up, also to the end', () => {
    const { failingMs, pageMs, checks, changes } = simulate(target(), history('+---+++++++---'), {
      minHoldMs: 0,
    });
    expect([checks, failingMs, pageMs]).toEqual([14, (3 + 2) * MINUTE, 2 * MINUTE]);
    expect(changes.map(({ to }) => to)).toEqual([
      'up',
      'suspect',
      'down',
      'recovering',
      'up',
      'suspect',
      'down',
    ]);
  });

  it('of nothing is nothing', () => {
    expect(simulate(target(), [], {})).toEqual({
      checks: 0,
      changes: [],
      actions: [],
      pageMs: 0,
      failingMs: 0,
    });
  });
});
