/** What `enable` and `disable` share between a plan that was agreed to and its carrying out. */
import { MaintError } from '../model/errors.js';
import type { Plan } from '../model/plan.js';
import type { Site } from '../model/site.js';
import type { ApplyInput } from './apply-enable.js';
import type { Engine } from './engine.js';
import { logGuard } from './guard-log.js';
import { takeLease } from './lease.js';
import { type LookTime, stillTrue } from './still-true.js';
import type { RunOptions, RunReport } from './types.js';

export interface AgreedRun<L> {
  readonly engine: Engine;
  readonly sites: readonly Site[];
  readonly options: RunOptions;
  readonly command: 'enable' | 'disable';
  readonly runId: string;
  readonly concurrency: number;
  /** The look that was shown, and when it was taken. */
  readonly look: L;
  readonly time: LookTime;
  readonly refusals: readonly string[];
  readonly zoneIds: readonly string[];
  readonly lookAgain: () => Promise<L>;
}

/** Refuses what a guard refused, takes the zones, makes sure that the plan still holds, and carries it out. */
export async function underLease<L extends { readonly plan: Plan }>(
  run: AgreedRun<L>,
  carryOut: (current: L, input: ApplyInput) => Promise<RunReport>,
): Promise<RunReport> {
  const { engine, options, command, runId, look, time } = run;
  if (run.refusals.length > 0) recordGuards(run, options.force ? 'overridden' : 'refused');
  if (run.refusals.length > 0 && !options.force) {
    throw new MaintError('guard-refused', run.refusals[0] ?? 'Refused.', {
      problems: run.refusals.slice(1),
      hint: 'Give --force to go on regardless.',
    });
  }
  const zones = [...new Set(run.zoneIds)].sort();
  const lease = takeLease(engine, zones, { runId, command, actor: options.actor });
  try {
    const current = await stillTrue(engine, look, time, run.lookAgain);
    return await carryOut(current, {
      lease,
      runId,
      actor: options.actor,
      concurrency: run.concurrency,
      force: options.force ?? false,
      onProgress: options.onProgress ?? (() => {}),
      stop: options.stop,
      lookedAt: current === look ? time.at : engine.monotonic(),
    });
  } finally {
    lease.release();
  }
}

/** Has the log tell what the guards of a run refused, or what was done in spite of them. */
export function recordGuards(
  run: Pick<AgreedRun<unknown>, 'engine' | 'sites' | 'options' | 'command' | 'runId' | 'refusals'>,
  ending: 'refused' | 'overridden',
): void {
  const { engine, sites, options, command, runId, refusals } = run;
  const { actor } = options;
  logGuard(engine.store, ending, { command, actor, runId, sites, refusals, at: engine.clock() });
}
