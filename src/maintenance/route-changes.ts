/** Makes the route changes of a plan: journalled, one site after the other within a site's zone. */
import { type ErrorReport, MaintError, reportOf } from '../model/errors.js';
import type { Change, SitePlan } from '../model/plan.js';
import { bodyOf, failsOpen, type Route } from '../model/route.js';
import type { Engine } from './engine.js';
import { intentionOf, type RunFrame, type Settled, settle, stateAfter } from './journal.js';
import type { Lease } from './lease.js';
import { lookIfOld } from './recent-look.js';

/** What became of a site's changes. */
export interface SiteResult {
  readonly plan: SitePlan;
  /** Changes that were made or may have been made. */
  readonly made: readonly Change[];
  /** True where at least one change has an unknown outcome. */
  readonly unknown: boolean;
  readonly error: ErrorReport | null;
}

export interface ChangeContext {
  readonly engine: Engine;
  readonly lease: Lease;
  readonly frame: RunFrame;
  /** When the routes were looked at, by the monotonic clock. */
  readonly lookedAt: number;
}

/** Errors after which nothing more can succeed: going on would only repeat them. */
const FATAL: readonly string[] = [
  'token-invalid',
  'interrupted',
  'rate-limited',
  'locked',
  'store-unwritable',
];

export function isFatal(error: ErrorReport | null): boolean {
  return error !== null && FATAL.includes(error.code);
}

/**
 * Makes the given changes of one site. All intentions are committed before the first request leaves. A change
 * that fails does not stop the others of the site: as much of the page as possible is worth having.
 */
export async function changeSite(
  context: ChangeContext,
  plan: SitePlan,
  changes: readonly Change[],
): Promise<SiteResult> {
  const { engine, frame, lookedAt } = context;
  let check: (change: Change) => void;
  try {
    check = await lookIfOld(engine, lookedAt, plan, changes);
  } catch (error) {
    return { plan, made: [], unknown: false, error: reportOf(error) };
  }
  const ids = engine.store.operations.intend(changes.map((change) => intentionOf(change, frame, engine)));
  const made: Change[] = [];
  let unknown = false;
  let error: ErrorReport | null = null;
  const outcomes: ({ id: number } & Settled)[] = [];
  for (const [index, change] of changes.entries()) {
    const outcome: Settled = isFatal(error) ? notBegun(error) : await changeRoute(context, change, check);
    outcomes.push({ id: ids[index] ?? -1, ...outcome });
    if (outcome.state !== 'failed') made.push(change);
    if (outcome.state === 'unknown') unknown = true;
    error ??= outcome.error ?? null;
  }
  settle(engine, outcomes);
  return { plan, made, unknown, error };
}

function notBegun(error: ErrorReport | null): Settled {
  return { state: 'failed', error };
}

async function changeRoute(
  context: ChangeContext,
  change: Change,
  check: (change: Change) => void,
): Promise<Settled> {
  try {
    check(change);
    context.lease.ensureHeld();
    return { state: 'done', after: await send(context.engine, change) };
  } catch (error) {
    return { state: stateAfter(error), error: reportOf(error) };
  }
}

async function send(engine: Engine, change: Change): Promise<Route | null> {
  const { routes } = engine.cloudflare(change.accountId, change.zoneId);
  const { zoneId, routeId, after } = change;
  if (after === null) {
    if (routeId !== null) await routes.delete(zoneId, routeId);
    return null;
  }
  if (routeId === null) return heeded(change, after, await routes.create(zoneId, bodyOf(after)));
  const result = await routes.update(zoneId, routeId, bodyOf(after));
  if ((result.script ?? null) === after.script) return heeded(change, after, result);
  throw new MaintError(
    'outcome-unknown',
    `Cloudflare took the change of ${change.pattern} but kept its Worker.`,
    {
      hint: 'Run `maint status` for this site, then `maint resume`.',
    },
  );
}

/**
 * What is there after a change. A field that the answer leaves out was not refused: what was sent stands for it.
 * Where the change was to set what happens past the request limit, the answer must not say otherwise.
 */
function heeded({ before }: Change, sent: Route, answer: Route): Route {
  const found = { ...sent, ...answer };
  if (failsOpen(sent) === failsOpen(before) || failsOpen(found) === failsOpen(sent)) return found;
  throw new MaintError(
    'outcome-unknown',
    `Cloudflare set ${sent.pattern} but kept what it does past the request limit.`,
    { hint: 'Run `maint status` for this site, then `maint resume`.' },
  );
}

/**
 * Sets many routes of one script in one call. `remaining` is every route that the script is to have afterwards.
 * Returns false where Cloudflare refused or the answer was lost: the routes are then changed one by one, which
 * finds out by itself what was done.
 */
export async function changeInBulk(
  context: ChangeContext,
  script: { readonly accountId: string; readonly script: string },
  changes: readonly Change[],
  remaining: readonly { readonly pattern: string; readonly zoneId: string }[],
): Promise<boolean> {
  const { engine, frame, lease } = context;
  lease.ensureHeld();
  const ids = engine.store.operations.intend(changes.map((change) => intentionOf(change, frame, engine)));
  try {
    await engine
      .cloudflare(script.accountId)
      .scripts.replaceRoutes(script.accountId, script.script, remaining);
    settle(
      engine,
      ids.map((id) => ({ id, state: 'done' as const })),
    );
    return true;
  } catch (error) {
    const report = reportOf(error);
    settle(
      engine,
      ids.map((id) => ({ id, state: stateAfter(error), error: report })),
    );
    if (isFatal(report)) throw error;
    return false;
  }
}
