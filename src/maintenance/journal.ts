/** Write-ahead: what will be done is committed before it is asked of Cloudflare, what became of it after. */
import { type ErrorReport, MaintError, reportOf } from '../model/errors.js';
import type { Intention, OperationState } from '../model/operation.js';
import type { Change } from '../model/plan.js';
import type { Route } from '../model/route.js';
import type { Engine } from './engine.js';

/** What every entry of one run shares. */
export interface RunFrame {
  readonly runId: string;
  readonly actor: string;
  readonly eventId: string;
}

export interface Settled {
  readonly state: Exclude<OperationState, 'intended'>;
  readonly after?: Route | null;
  readonly error?: ErrorReport | null;
}

/** The journal entry that announces a route change. */
export function intentionOf(change: Change, frame: RunFrame, engine: Engine): Intention {
  return {
    ...frame,
    accountId: change.accountId,
    zoneId: change.zoneId,
    domain: change.domain,
    action: change.action,
    subject: change.pattern,
    before: change.before,
    after: change.after,
    startedAt: engine.clock().toISOString(),
  };
}

/** The journal entry that announces a change of a script. */
export function scriptIntention(
  action: 'upload-script' | 'disable-subdomain' | 'delete-script',
  accountId: string,
  script: string,
  frame: RunFrame,
  engine: Engine,
): Intention {
  const startedAt = engine.clock().toISOString();
  const nothing = { zoneId: null, domain: null, before: null, after: null };
  return { ...frame, ...nothing, accountId, action, subject: script, startedAt };
}

/** What an error says about a change: known not made, or not known. */
export function stateAfter(error: unknown): 'failed' | 'unknown' {
  if (!(error instanceof MaintError)) return 'unknown';
  return error.code === 'outcome-unknown' ? 'unknown' : 'failed';
}

/**
 * Commits the intention, does the work, commits the outcome. An error is settled and thrown on. Nothing is
 * sent where the commit fails.
 */
export async function journalled<T>(
  engine: Engine,
  intention: Intention,
  work: () => Promise<T>,
  afterOf: (result: T) => Route | null = () => intention.after,
): Promise<T> {
  const [id] = engine.store.operations.intend([intention]);
  if (id === undefined) throw new MaintError('internal', 'The journal took no entry.');
  try {
    const result = await work();
    settle(engine, [{ id, state: 'done', after: afterOf(result) }]);
    return result;
  } catch (error) {
    settle(engine, [{ id, state: stateAfter(error), error: reportOf(error) }]);
    throw error;
  }
}

/** Commits outcomes of operations. */
export function settle(engine: Engine, outcomes: readonly ({ readonly id: number } & Settled)[]): void {
  engine.store.operations.settle(outcomes, engine.clock().toISOString());
}
