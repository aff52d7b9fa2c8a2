/** Whether a plan that was shown still says what would happen. */
import { MaintError } from '../model/errors.js';
import type { Plan } from '../model/plan.js';
import type { Engine } from './engine.js';

/** When a look was taken: the journal's newest entry and the monotonic clock before it. */
export interface LookTime {
  readonly lastOperation: number;
  readonly at: number;
}

/** So long a look stays good while a person reads the plan, in milliseconds. */
const LOOK_GOOD_MS = 15_000;

export function lookTime(engine: Engine): LookTime {
  return { lastOperation: engine.store.operations.lastId(), at: engine.monotonic() };
}

/**
 * The look that was shown, or the same taken anew where time or another run passed. Throws `conflict` where it
 * would now change anything that was not shown.
 */
export async function stillTrue<L extends { readonly plan: Plan }>(
  engine: Engine,
  shown: L,
  time: LookTime,
  lookAgain: () => Promise<L>,
): Promise<L> {
  const recent = engine.monotonic() - time.at < LOOK_GOOD_MS;
  if (recent && engine.store.operations.lastId() === time.lastOperation) return shown;
  const again = await lookAgain();
  const known = new Set(changesOf(shown.plan).map((change) => JSON.stringify(change)));
  const added = changesOf(again.plan).find((change) => !known.has(JSON.stringify(change)));
  if (added === undefined) return again;
  throw new MaintError('conflict', `${added.domain} was changed by somebody else since the plan was made.`, {
    hint: 'Run the command again to see the new plan.',
  });
}

function changesOf(plan: Plan) {
  return plan.sites.flatMap((site) => site.changes);
}
