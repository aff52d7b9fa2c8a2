/** One pass: check, prove the network, decide, record, act. */
import type { Target } from '../model/target.js';
import { carryOut } from './act.js';
import { askFailedAgain, type Checked, checkAll, excuseFailures } from './check-all.js';
import { decide } from './decide.js';
import { type BrakeSite, fleetBrake } from './hold.js';
import { openPages, type RecordedPage } from './open-pages.js';
import { actionEvents, type DecidedCheck, stateEvents } from './pass-events.js';
import type { PassLock } from './pass-lock.js';
import { type SiteWish, siteWishes } from './site-wishes.js';
import type { MonitorParts, MonitorPass, PassAction, PassCheck } from './types.js';

/** A pass in which nothing happened. */
export function emptyPass(at: string): MonitorPass {
  return {
    at,
    checked: 0,
    held: null,
    network: null,
    checks: [],
    actions: [],
    alreadyRunning: null,
    interrupted: false,
  };
}

/** @param lock null in a dry run: nothing is recorded, told or changed */
export async function runPass(
  parts: MonitorParts,
  targets: readonly Target[],
  lock: PassLock | null,
): Promise<MonitorPass> {
  const started = parts.clock().toISOString();
  if (targets.length === 0) return emptyPass(started);
  const pages = openPages(parts.store);
  const seen = await askFailedAgain(parts, await checkAll(parts, targets, pages), pages);
  const anyFailed = seen.some(({ result }) => result.verdict === 'failure');
  const network = !anyFailed || parts.networkProof === null ? null : await parts.networkProof(parts.stop);
  const interrupted = parts.stop?.aborted ?? false;
  const checked = network === false ? excuseFailures(seen) : seen;
  // Only now: a person may have put a page up, or taken one over, while the checks were under way.
  const now = parts.clock().toISOString();
  const decided = decideAll(checked, openPages(parts.store), pages, now);
  const wishes = interrupted ? [] : wishesOf(parts, decided);
  const held = brake(parts, decided, wishes, now);
  const isHeld = (wish: SiteWish) => held !== null && wish.action === 'enable';
  const heldDomains = wishes.filter(isHeld).map((wish) => wish.domain);
  if (lock !== null) {
    const holding = held === null ? null : { reason: held, domains: heldDomains };
    record(parts, lock, decided, () => stateEvents(decided, holding, now));
  }
  const doable = wishes.filter((wish) => !isHeld(wish));
  const actions = [
    ...wishes.filter(isHeld).map((wish) => notDone(wish, 'held')),
    ...(lock === null ? doable.map((wish) => notDone(wish, 'planned')) : await act(parts, lock, doable)),
  ];
  return {
    ...emptyPass(started),
    checked: decided.length,
    held,
    network,
    checks: decided.map(reportCheck),
    actions,
    interrupted,
  };
}

function decideAll(
  checked: readonly Checked[],
  pages: ReadonlyMap<string, RecordedPage>,
  pagesBefore: ReadonlyMap<string, RecordedPage>,
  now: string,
): DecidedCheck[] {
  return checked.map(({ target, result }) => {
    const { domain } = target;
    const decision = decide(target, result, pages.get(domain) ?? null, now, pagesBefore.has(domain));
    return { target, result, decision };
  });
}

function wishesOf({ store }: MonitorParts, decided: readonly DecidedCheck[]): SiteWish[] {
  const wishing = decided.filter(({ decision }) => decision.wish !== null);
  if (wishing.length === 0) return [];
  const standings = new Map(decided.map(({ target, decision }) => [target.id, decision.standing]));
  const domains = [...new Set(wishing.map(({ target }) => target.domain))];
  const siblings = store.targets.list({ domains });
  return siteWishes(
    wishing,
    siblings.map((target) => ({ ...target, standing: standings.get(target.id) ?? target.standing })),
  );
}

/** A check is of late as long as its rhythm explains, and a little more. */
const RHYTHM = 1.5;

function brake(
  { store, maxShare }: MonitorParts,
  decided: readonly DecidedCheck[],
  wishes: readonly SiteWish[],
  now: string,
): string | null {
  const waiting = new Set(wishes.filter((wish) => wish.action === 'enable').map((wish) => wish.domain));
  if (waiting.size === 0) return null;
  const wishing = decided.filter(({ target }) => waiting.has(target.domain));
  const since = firstDown(wishing);
  // What was seen before those that wait began to fail says nothing about what they have in common.
  const rhythm = Math.max(...wishing.map(({ target }) => target.intervalMs));
  const checked = brakeSites(
    decided.map(({ target, decision: { standing } }) => ({
      domain: target.domain,
      turnsDown: waiting.has(target.domain) || wentDownWith({ ...target, standing }, since),
      isFailing: standing.failures > 0,
    })),
  );
  const inPass = new Set(checked.map((site) => site.domain));
  const isRecent = ({ standing, intervalMs }: Target) =>
    standing.checkedAt !== null &&
    Date.parse(now) - Date.parse(standing.checkedAt) <= RHYTHM * Math.min(intervalMs, rhythm);
  const others = store.targets.list().filter((target) => !inPass.has(target.domain) && isRecent(target));
  const lately = others.map((target) => ({
    domain: target.domain,
    turnsDown: wentDownWith(target, since),
    isFailing: target.standing.state === 'suspect',
  }));
  return fleetBrake(checked, brakeSites(lately), maxShare);
}

/** When the first of those that wait for a page went down, in milliseconds. */
function firstDown(waiting: readonly DecidedCheck[]): number {
  const moments = waiting.map(({ decision }) => Date.parse(decision.standing.changedAt ?? ''));
  return Math.min(...moments.filter((moment) => !Number.isNaN(moment)));
}

/**
 * Whether a target is part of what made the others wait, whatever it asks for itself: it went down not long before
 * the first of them or later, and is. Sites that nobody looks after any more, down for weeks, are not.
 */
function wentDownWith({ standing, intervalMs }: Target, since: number): boolean {
  const { state, changedAt, covered } = standing;
  if (state !== 'down' || covered || changedAt === null) return false;
  return Date.parse(changedAt) >= since - RHYTHM * intervalMs;
}

/** One row a site: any of its targets speaks for it. */
function brakeSites(rows: readonly BrakeSite[]): BrakeSite[] {
  const sites = new Map<string, BrakeSite>();
  for (const row of rows) {
    const known = sites.get(row.domain);
    sites.set(row.domain, {
      domain: row.domain,
      turnsDown: row.turnsDown || (known?.turnsDown ?? false),
      isFailing: row.isFailing || (known?.isFailing ?? false),
    });
  }
  return [...sites.values()];
}

function record(
  { store, onEvents }: MonitorParts,
  lock: PassLock,
  decided: readonly DecidedCheck[],
  events: () => ReturnType<typeof stateEvents>,
): void {
  store.transaction(() => {
    lock.ensureHeld();
    store.targets.record(decided.map(({ result, decision }) => ({ result, standing: decision.standing })));
    const told = events();
    if (told.length > 0) onEvents?.(told);
  });
}

async function act(parts: MonitorParts, lock: PassLock, wishes: readonly SiteWish[]): Promise<PassAction[]> {
  if (wishes.length === 0) return [];
  lock.ensureHeld();
  const actions = await carryOut(parts, wishes);
  const told = actionEvents(actions, parts.clock().toISOString());
  if (told.length > 0) parts.store.transaction(() => parts.onEvents?.(told));
  return actions;
}

function notDone({ domain, action, reason }: SiteWish, outcome: 'held' | 'planned'): PassAction {
  return { domain, action, outcome, eventId: null, reason };
}

function reportCheck({ target, result, decision }: DecidedCheck): PassCheck {
  const { state, failures, successes } = decision.standing;
  return {
    targetId: target.id,
    domain: target.domain,
    url: target.url,
    ok: result.verdict === 'success',
    verdict: result.verdict,
    statusCode: result.statusCode,
    responseTimeMs: result.totalMs,
    connectMs: result.connectMs,
    firstByteMs: result.firstByteMs,
    error: result.error,
    detail: result.detail,
    state,
    failures,
    successes,
  };
}
