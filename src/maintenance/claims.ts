/** Which routes an event holds and what was there before: read out of the journal, never kept apart from it. */
import { eventOfScript } from '../model/event.js';
import type { Operation } from '../model/operation.js';
import type { Route } from '../model/route.js';
import { patternKey } from './coverage.js';

/** One route that an event took or made. `before` is null where there was none. */
export interface Claim {
  readonly domain: string;
  readonly accountId: string;
  readonly zoneId: string;
  readonly pattern: string;
  /** Null where the answer that held it was lost. */
  readonly routeId: string | null;
  readonly before: Route | null;
  /** What was left there. */
  readonly after: Route;
  readonly script: string;
  /** Whether the change is known to have been made. */
  readonly certain: boolean;
}

/** The claims that are open after a journal, given in the order in which it was written. */
export function claimsOf(operations: readonly Operation[]): Claim[] {
  const claims = new Map<string, Claim>();
  for (const operation of operations) {
    if (operation.zoneId === null) continue;
    const key = `${operation.zoneId} ${patternKey(operation.subject)}`;
    if (isTaking(operation)) {
      const claim = claimFrom(operation, operation.zoneId, claims.get(key));
      if (claim !== null) claims.set(key, claim);
    } else if (isGiving(operation) && operation.state === 'done') {
      claims.delete(key);
    }
  }
  return [...claims.values()];
}

const isTaking = ({ action }: Operation) => action === 'create-route' || action === 'take-over-route';
const isGiving = ({ action }: Operation) => action === 'restore-route' || action === 'delete-route';

function claimFrom(operation: Operation, zoneId: string, earlier: Claim | undefined): Claim | null {
  if (operation.state === 'failed' || operation.after === null) return null;
  // A snapshot is written once: what a later run found there may be our own half-done work.
  const ownBefore = operation.before !== null && eventOfScript(operation.before.script) !== null;
  const before = ownBefore ? (earlier?.before ?? null) : operation.before;
  return {
    domain: operation.domain ?? '',
    accountId: operation.accountId,
    zoneId,
    pattern: operation.subject,
    routeId: operation.after.id || (operation.before?.id ?? earlier?.routeId ?? null),
    before,
    after: operation.after,
    script: operation.after.script ?? '',
    certain: operation.state === 'done',
  };
}
