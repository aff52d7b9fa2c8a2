/** Settles what interrupted runs left open in the journal, once a later run has seen what became of it. */
import type { Operation } from '../model/operation.js';
import type { SitePlan } from '../model/plan.js';
import { samePattern } from './coverage.js';
import type { Engine } from './engine.js';
import { settle } from './journal.js';

/** A site whose end state was seen, and what the page held of it when this run looked. */
export interface SeenSite {
  readonly eventId: string | null;
  readonly domain: string;
  readonly wasOurs: (pattern: string) => boolean;
}

/** Settles the open route changes of sites whose end state was seen; the changes of the run itself were made. */
export function settleSites(engine: Engine, sites: readonly SeenSite[], runId: string): void {
  const seen = new Map(sites.map((site) => [`${site.eventId} ${site.domain}`, site]));
  const outcomes = engine.store.operations.unsettled().flatMap((operation) => {
    const site = seen.get(`${operation.eventId} ${operation.domain}`);
    if (site === undefined) return [];
    const happened = operation.runId === runId || isTaking(operation) === site.wasOurs(operation.subject);
    return [{ id: operation.id, state: happened ? ('done' as const) : ('failed' as const) }];
  });
  settle(engine, outcomes);
}

/** Settles the changes of this run to a site as made, whatever was answered: they were found in place. */
export function settleFound(
  engine: Engine,
  { eventId, domain }: Pick<SitePlan, 'eventId' | 'domain'>,
  runId: string,
): void {
  const found = engine.store.operations
    .ofEvent(eventId ?? '')
    .filter((operation) => operation.runId === runId && operation.domain === domain && isTaking(operation))
    .filter((operation) => operation.state !== 'done');
  settle(
    engine,
    found.map(({ id }) => ({ id, state: 'done' })),
  );
}

/** What the page held when a plan was made: `enable` plans what is not ours yet, `disable` what is. */
export function heldAtLook(kind: 'enable' | 'disable', plan: SitePlan): (pattern: string) => boolean {
  const planned = (pattern: string) => plan.changes.some((change) => samePattern(change.pattern, pattern));
  return kind === 'disable' ? planned : (pattern) => !planned(pattern);
}

/** Settles the open changes of a script that is known to be up, or to be gone. */
export function settleScript(
  engine: Engine,
  {
    eventId,
    accountId,
    script,
  }: { readonly eventId: string; readonly accountId: string; readonly script: string },
  fate: 'up' | 'gone',
): void {
  const open = engine.store.operations
    .unsettled()
    .filter(
      (operation) =>
        operation.eventId === eventId && operation.subject === script && operation.accountId === accountId,
    );
  const done = (operation: Operation) =>
    operation.action === (fate === 'up' ? 'upload-script' : 'delete-script');
  settle(
    engine,
    open.map((operation) => ({ id: operation.id, state: done(operation) ? 'done' : 'failed' })),
  );
}

function isTaking({ action }: Operation): boolean {
  return action === 'create-route' || action === 'take-over-route';
}
