import { expect, it } from 'vitest';
import { playSchedule, type Verdict } from '../support/fault-schedule.js';

/** How many random schedules to play, and from which seed on: more by hand, few in every run. */
const SCHEDULES = Number(process.env.MAINT_TEST_SCHEDULES ?? 60);
const FIRST_SEED = Number(process.env.MAINT_TEST_SEED ?? 1);

const seeds = Array.from({ length: SCHEDULES }, (_, index) => FIRST_SEED + index);

function story(verdict: Verdict): string {
  return [`seed ${verdict.seed}`, ...verdict.problems, '--', ...verdict.trace].join('\n');
}

async function failures(options: Parameters<typeof playSchedule>[1]): Promise<string[]> {
  const failed: string[] = [];
  for (const seed of seeds) {
    const verdict = await playSchedule(seed, options);
    if (verdict.problems.length > 0) failed.push(story(verdict));
  }
  return failed;
}

const TIMEOUT = 30_000 + SCHEDULES * 2_000;

it('loses nothing to lost answers, refusals, garbage and lagging lists', { timeout: TIMEOUT }, async () => {
  expect((await failures({ kills: false, foreignEdits: false })).slice(0, 3).join('\n\n')).toBe('');
});

it('loses nothing to kills at any commit and any request', { timeout: TIMEOUT }, async () => {
  expect((await failures({ kills: true, foreignEdits: false })).slice(0, 3).join('\n\n')).toBe('');
});

it('leaves alone what somebody else changes meanwhile', { timeout: TIMEOUT }, async () => {
  expect((await failures({ kills: true, foreignEdits: true })).slice(0, 3).join('\n\n')).toBe('');
});
