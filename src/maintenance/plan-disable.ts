/** What `disable` would change: pure, from an event's claims and what was seen. */
import { eventOfScript } from '../model/event.js';
import type { Change, Conflict, SitePlan } from '../model/plan.js';
import { failsOpen, type Route, sameRoute } from '../model/route.js';
import type { Claim } from './claims.js';
import { samePattern } from './coverage.js';

/** A site's open part in an event, with the routes that the event holds for it. */
export interface Holding {
  readonly domain: string;
  readonly accountId: string;
  readonly zoneId: string;
  readonly zoneName: string;
  readonly patterns: readonly string[];
  readonly eventId: string;
  readonly claims: readonly Claim[];
}

/** `force` overrides what others changed; `accept` keeps it and lets the event end. */
export type ConflictRule = 'report' | 'force' | 'accept';

/**
 * Plans to put back what was there before; what somebody changed since becomes a conflict. `others` are events
 * that are lifted from the same site by the same run, as after two machines put a page up at once: each gives
 * back the routes that it got hold of.
 */
export function planDisable(
  holding: Holding,
  routes: readonly Route[],
  rule: ConflictRule,
  others: ReadonlySet<string> = new Set(),
): SitePlan {
  const changes: Change[] = [];
  const conflicts: Conflict[] = [];
  for (const claim of holding.claims) {
    const found = find(claim, routes);
    if (others.has(eventOfScript(found?.script ?? null) ?? '')) continue;
    const step = giveBack(claim, found);
    if (step === null) continue;
    if (!step.foreign || rule === 'force') changes.push(step.change);
    else if (rule === 'report') conflicts.push(step.conflict);
    else if (step.accepted !== null) changes.push(step.accepted);
  }
  const { claims: _claims, ...frame } = holding;
  return {
    ...frame,
    outcome: conflicts.length > 0 ? 'conflict' : 'planned',
    changes: changes.sort((a, b) => (a.pattern < b.pattern ? -1 : 1)),
    dodged: [],
    conflicts,
    note: null,
  };
}

function find(claim: Claim, routes: readonly Route[]): Route | null {
  const byId = claim.routeId === null ? undefined : routes.find((route) => route.id === claim.routeId);
  return byId ?? routes.find((route) => samePattern(route.pattern, claim.pattern)) ?? null;
}

/** Whether a route runs a Worker of the claim's event. */
function isOurs(found: Route, claim: Claim): boolean {
  const event = eventOfScript(found.script);
  return event !== null && event === eventOfScript(claim.script);
}

interface Step {
  readonly change: Change;
  readonly conflict: Conflict;
  /** True where the change would undo somebody else's. */
  readonly foreign: boolean;
  /** What takes the page down and keeps what somebody else changed; null where the page is down already. */
  readonly accepted: Change | null;
}

function giveBack(claim: Claim, found: Route | null): Step | null {
  if (claim.before === null) return removeCreated(claim, found);
  return restoreTaken(claim, claim.before, found);
}

function removeCreated(claim: Claim, found: Route | null): Step | null {
  if (found === null) return null;
  const ours = isOurs(found, claim);
  // Without proof that our request arrived, a foreign route on this pattern is simply somebody's own.
  if (!ours && !claim.certain) return null;
  return stepFor(claim, 'delete-route', found, null, !ours);
}

function restoreTaken(claim: Claim, before: Route, found: Route | null): Step | null {
  if (found === null) return claim.certain ? stepFor(claim, 'restore-route', null, before, true) : null;
  if (sameRoute(found, before)) return null;
  const ours = isOurs(found, claim);
  const moved = !samePattern(found.pattern, claim.pattern);
  const flagged = claim.certain && failsOpen(found) !== failsOpen(claim.after);
  const step = stepFor(claim, 'restore-route', found, before, !ours || moved || flagged);
  if (!ours || !step.foreign) return step;
  const flag = flagged ? { request_limit_fail_open: failsOpen(found) } : {};
  const kept = { ...before, pattern: found.pattern, ...flag };
  return { ...step, accepted: stepFor(claim, 'restore-route', found, kept, false).change };
}

function stepFor(
  claim: Claim,
  action: 'restore-route' | 'delete-route',
  found: Route | null,
  wanted: Route | null,
  foreign: boolean,
): Step {
  const { domain, accountId, zoneId, pattern, script } = claim;
  const after = wanted === null ? null : { ...wanted, id: found?.id ?? '' };
  return {
    change: {
      domain,
      accountId,
      zoneId,
      action,
      pattern,
      routeId: found?.id ?? null,
      before: found,
      after,
      script,
    },
    conflict: { pattern, zoneId, wanted, found },
    foreign,
    accepted: null,
  };
}
