/** Takes pages down as a plan says: restores first, then removals, then a look back. Holds no policy. */
import pLimit from 'p-limit';
import { reportOf } from '../model/errors.js';
import type { Change, SitePlan } from '../model/plan.js';
import { sameRoute } from '../model/route.js';
import { type ApplyInput, stoppedError } from './apply-enable.js';
import type { Engine } from './engine.js';
import { BULK_FROM } from './estimate.js';
import { type ScriptLists, seenRoutes } from './prepare-disable.js';
import { type Expectation, readBack } from './read-back.js';
import { type ChangeContext, changeInBulk, changeSite, isFatal, type SiteResult } from './route-changes.js';

/** Makes the changes of every site that has some; sites without any end as they are. */
export async function applyDisable(
  engine: Engine,
  sites: readonly SitePlan[],
  lists: ScriptLists,
  input: ApplyInput,
): Promise<SiteResult[]> {
  input.onProgress({ type: 'phase', phase: 'routes', total: sites.length });
  const restored = await changeSites(engine, sites, isRestore, input);
  const failed = new Set(restored.filter((result) => result.error !== null).map((result) => result.plan));
  const whole = sites.filter((site) => !failed.has(site));
  const removed = await removeInBulk(engine, whole, lists, input);
  const rest = await changeSites(
    engine,
    sites,
    (change) => !isRestore(change) && !removed.has(change),
    input,
  );
  return sites.map((site) => joinResults(site, restored, rest, removed));
}

const isRestore = (change: Change) => change.action === 'restore-route';

async function changeSites(
  engine: Engine,
  sites: readonly SitePlan[],
  which: (change: Change) => boolean,
  input: ApplyInput,
): Promise<SiteResult[]> {
  const limit = pLimit(input.concurrency);
  const results: SiteResult[] = [];
  const one = async (plan: SitePlan): Promise<void> => {
    const changes = plan.changes.filter(which);
    if (changes.length === 0) return;
    const fatal = results.find((result) => isFatal(result.error))?.error ?? null;
    if (input.stop?.aborted) results.push({ plan, made: [], unknown: false, error: stoppedError() });
    else if (fatal !== null) results.push({ plan, made: [], unknown: false, error: fatal });
    else results.push(await changeSite(contextOf(engine, plan, input), plan, changes));
    input.onProgress({ type: 'step', done: results.length, total: sites.length });
  };
  await Promise.all(sites.map((site) => limit(() => one(site))));
  return results;
}

function contextOf(engine: Engine, plan: SitePlan, input: ApplyInput): ChangeContext {
  const { runId, actor, lease, lookedAt } = input;
  return { engine, lease, frame: { runId, actor, eventId: plan.eventId ?? '' }, lookedAt };
}

/**
 * Removes the routes of a script in one call where nothing else would be left of it: a call that sets a
 * script's routes must never drop one that another run has just made.
 */
async function removeInBulk(
  engine: Engine,
  sites: readonly SitePlan[],
  lists: ScriptLists,
  input: ApplyInput,
): Promise<ReadonlySet<Change>> {
  const removed = new Set<Change>();
  for (const members of byScript(sites)) {
    const [first] = members;
    const changes = members.flatMap((site) => site.changes);
    const deletes = changes.filter((change) => change.action === 'delete-route');
    if (first === undefined || deletes.length < BULK_FROM || input.stop?.aborted) continue;
    if (servesOthers(engine, first, sites)) continue;
    const script = changes[0]?.script ?? '';
    const seen = seenRoutes(lists, first.accountId, script);
    const planned = new Set(changes.map((change) => change.routeId));
    if (seen === null || !seen.every((route) => planned.has(route.id))) continue;
    try {
      const context = contextOf(engine, first, input);
      const where = { accountId: first.accountId, script };
      if (await changeInBulk(context, where, deletes, [])) for (const change of deletes) removed.add(change);
    } catch (error) {
      // Fatal for this run: the changes one by one will meet the same error and report it for each site.
      if (!isFatal(reportOf(error))) throw error;
    }
  }
  return removed;
}

/** Whether the event is still up for sites that this run does not lift: a list that lags would not show them. */
function servesOthers(
  engine: Engine,
  { eventId, accountId }: SitePlan,
  lifted: readonly SitePlan[],
): boolean {
  const domains = new Set(lifted.map((site) => site.domain));
  return engine.store.events
    .openSites()
    .some((site) => site.eventId === eventId && site.accountId === accountId && !domains.has(site.domain));
}

function byScript(sites: readonly SitePlan[]): SitePlan[][] {
  const groups = new Map<string, SitePlan[]>();
  for (const site of sites) {
    const script = site.changes[0]?.script;
    if (script === undefined) continue;
    const key = `${site.accountId} ${script}`;
    groups.set(key, [...(groups.get(key) ?? []), site]);
  }
  return [...groups.values()];
}

function joinResults(
  plan: SitePlan,
  restored: readonly SiteResult[],
  rest: readonly SiteResult[],
  removed: ReadonlySet<Change>,
): SiteResult {
  const parts = [...restored, ...rest].filter((result) => result.plan === plan);
  return {
    plan,
    made: [...parts.flatMap((part) => part.made), ...plan.changes.filter((change) => removed.has(change))],
    unknown: parts.some((part) => part.unknown),
    error: parts.find((part) => part.error !== null)?.error ?? null,
  };
}

/** Reads back what was put back or removed; returns the domains whose change was not seen. */
export async function confirmDisabled(
  engine: Engine,
  results: readonly SiteResult[],
  lists: ScriptLists,
  input: ApplyInput,
): Promise<ReadonlySet<string>> {
  const changed = results.filter((result) => result.made.length > 0);
  input.onProgress({ type: 'phase', phase: 'read-back', total: changed.length });
  const expectations = changed.flatMap(({ plan, made }) =>
    made.map((change): Expectation => expectationOf(plan, change, lists)),
  );
  const unmet = await readBack(engine, expectations, input.concurrency, input.stop);
  return new Set(unmet.map((expectation) => expectation.domain));
}

function expectationOf(plan: SitePlan, change: Change, lists: ScriptLists): Expectation {
  const wanted = change.after;
  return {
    domain: plan.domain,
    zone: plan,
    pattern: wanted?.pattern ?? change.before?.pattern ?? change.pattern,
    met: (found) =>
      wanted === null ? found?.script !== change.script : found !== null && sameRoute(found, wanted),
    // The list proves an absence only where it has shown this script's routes before.
    scriptListProves: wanted === null && seenRoutes(lists, plan.accountId, change.script) !== null,
  };
}
