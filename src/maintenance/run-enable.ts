/** Carries an enable plan out: events, changes, read-back, clean-up, verification, report. */
import { MaintError, reportOf } from '../model/errors.js';
import { eventOfScript, type MaintenanceEvent } from '../model/event.js';
import type { EnablePlan, SitePlan } from '../model/plan.js';
import type { Site } from '../model/site.js';
import { type Applied, type ApplyInput, applyEnable, confirmEnabled } from './apply-enable.js';
import { cleanUp } from './clean-up.js';
import type { Engine } from './engine.js';
import { beginEvent, settleEnabled } from './event-book.js';
import type { ZoneView } from './observation.js';
import { settleFound } from './open-outcomes.js';
import { FEW, type Look, lookForEnable, unreadWarning, unreadZones } from './prepare-enable.js';
import { ensureKnown } from './recover.js';
import { planError, reportRun, type SiteEnd } from './reports.js';
import type { SiteResult } from './route-changes.js';
import type { EnableOptions, RunReport } from './types.js';
import { verifyEnds } from './verify.js';

export interface EnableRun {
  readonly engine: Engine;
  readonly sites: readonly Site[];
  readonly options: EnableOptions;
  readonly eventId: string;
  readonly runId: string;
  readonly concurrency: number;
  readonly startedAt: number;
  readonly sentBefore: number;
}

/** Requests and milliseconds since the run began. */
export function measure(run: Pick<EnableRun, 'engine' | 'sentBefore' | 'startedAt'>): {
  requests: number;
  durationMs: number;
} {
  return {
    requests: run.engine.sent() - run.sentBefore,
    durationMs: Math.round(run.engine.monotonic() - run.startedAt),
  };
}

/** Does what the plan says and reports what became of each site. */
export async function carryOut(run: EnableRun, look: Look, input: ApplyInput): Promise<RunReport> {
  const { engine } = run;
  const { plan } = look;
  const events = await eventsOf(run, plan);
  const planned = plan.sites.filter((site) => site.outcome === 'planned' && !events.failed.has(site.domain));
  const doable = { ...plan, sites: planned };
  beginEvent(engine, doable, events.byId);
  const first = await applyEnable(engine, doable, (id) => eventNamed(events.byId, id), input);
  const spared = zonesWorthReading(run, look);
  const applied = await surprised(run, first, spared, events.byId, input);
  const unseen = await confirmEnabled(engine, applied.results, input);
  const ends = [
    ...endsOf(applied, unseen),
    ...plan.sites.filter((site) => !planned.includes(site)).map((site) => endUnplanned(site, events.failed)),
  ];
  settleEnabled(engine, ends, run.sites, run.options, run);
  const accounts = [...new Set(doable.sites.map((site) => site.accountId))];
  const left = await cleanUp(engine, accounts, { runId: run.runId, actor: run.options.actor });
  const verified = await verifyEnds(engine, ends, 'enabled', run.options);
  const changed = ends.some((end) => end.outcome === 'enabled' || end.made.length > 0);
  return reportRun(verified, {
    ...measure(run),
    dryRun: false,
    eventId: reportedEvent(plan, changed),
    estimate: null,
    warnings: [...plan.warnings.filter((text) => text !== unreadWarning(spared)), ...left],
    interrupted: input.stop?.aborted ?? false,
  });
}

/** The new event where it came to be, else the one that all sites are in already. */
function reportedEvent(plan: EnablePlan, changed: boolean): string | null {
  const ids = new Set(plan.sites.map((site) => site.eventId).filter((id) => id !== null));
  if (changed && ids.has(plan.eventId)) return plan.eventId;
  return ids.size === 1 ? ([...ids][0] ?? null) : null;
}

interface Events {
  readonly byId: Map<string, MaintenanceEvent>;
  /** Domains whose present event cannot be read, with why. */
  readonly failed: Map<string, ReturnType<typeof reportOf>>;
}

/** The events that the plan works on: the new one, and those whose page is only partly up. */
async function eventsOf(run: EnableRun, plan: EnablePlan): Promise<Events> {
  const own = run.engine.store.events.get(run.eventId) ?? newEvent(run);
  const byId = new Map([[run.eventId, own]]);
  const failed: Events['failed'] = new Map();
  for (const site of plan.sites) {
    const script = site.changes[0]?.script;
    const id = eventOfScript(script ?? null);
    if (script === undefined || id === null || byId.has(id)) continue;
    try {
      const actor = run.options.actor;
      byId.set(id, await ensureKnown(run.engine, site.accountId, script, { runId: run.runId, actor }));
    } catch (error) {
      failed.set(site.domain, reportOf(error));
    }
  }
  return { byId, failed };
}

function newEvent(run: EnableRun): MaintenanceEvent {
  const { engine, options, eventId } = run;
  return {
    id: eventId,
    kind: options.kind ?? 'manual',
    reason: options.reason ?? null,
    actor: options.actor,
    host: engine.machine.host,
    since: engine.clock().toISOString(),
    until: inUtc(options.until ?? null),
    autoEnd: options.autoEnd ?? false,
    existingRoutes: options.existingRoutes ?? 'take-over',
    onLimit: options.onLimit ?? null,
    title: options.title ?? null,
    message: options.message ?? null,
    contact: options.contact ?? null,
    statusUrl: options.statusUrl ?? null,
    allowIps: options.allowIps ?? [],
    allowPaths: options.allowPaths ?? [],
    customPage: options.customPage ?? null,
    bypassSecret: Buffer.from(engine.randomBytes(24)).toString('base64url'),
    endedAt: null,
  };
}

function inUtc(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

function eventNamed(events: ReadonlyMap<string, MaintenanceEvent>, id: string): MaintenanceEvent {
  const event = events.get(id);
  if (event === undefined) throw new MaintError('internal', `No event ${id} in this run.`);
  return event;
}

/** Zones that the look spared, where the run left calls over to read them now: three a site is the measure. */
function zonesWorthReading(run: EnableRun, look: Look): readonly ZoneView[] {
  const unread = unreadZones(look.observation);
  const left = 3 * run.sites.length - measure(run).requests - CALLS_AFTER;
  return unread.length <= left && unread.length <= FEW ? unread : [];
}

/** The look back, and an upload with its change where something turns up. */
const CALLS_AFTER = 4;

/**
 * Sites where a route stood in the way that the look had not shown (somebody's change in between), and sites
 * whose zones it spared: reads the zones, plans anew and makes what is still missing.
 */
async function surprised(
  run: EnableRun,
  first: Applied,
  spared: readonly ZoneView[],
  events: ReadonlyMap<string, MaintenanceEvent>,
  input: ApplyInput,
): Promise<Applied> {
  const unread = new Set(spared.map((zone) => zone.zoneId));
  const hit = first.results.filter(
    (result) =>
      IN_THE_WAY.includes(result.error?.code ?? '') ||
      (result.error === null && unread.has(result.plan.zoneId)),
  );
  if (hit.length === 0) return first;
  const domains = new Set(hit.map((result) => result.plan.domain));
  const sites = run.sites.filter((site) => domains.has(site.domain));
  const lookedAt = run.engine.monotonic();
  const again = await lookCloser(run, sites);
  if (again === null) return first;
  const possible = again.plan.sites.filter(
    (site) => site.outcome === 'planned' && events.has(site.eventId ?? ''),
  );
  const second = await applyEnable(
    run.engine,
    { sites: possible, scripts: again.plan.scripts },
    (id) => eventNamed(events, id),
    { ...input, lookedAt },
  );
  const retried = new Map(second.results.map((result) => [result.plan.domain, result]));
  const whole = new Map(again.plan.sites.filter(isUnchanged).map((site) => [site.domain, site.eventId]));
  const results = first.results.map((result) => {
    const { domain, eventId, changes } = result.plan;
    if (!whole.has(domain)) return joined(result, retried.get(domain));
    // What stood in the way were routes of ours: of this run, by a request whose answer was lost, or of another.
    const isOwn = whole.get(domain) === eventId;
    if (isOwn) settleFound(run.engine, result.plan, run.runId);
    const made = isOwn ? changes : result.made;
    return { ...result, made, unknown: false, error: null };
  });
  return { results, notBegun: first.notBegun };
}

/** A route that was not there is now, or one that was there is gone. */
const IN_THE_WAY: readonly string[] = ['conflict', 'not-found'];

const isUnchanged = (site: SitePlan) => site.outcome === 'unchanged';

/** A look at every zone of some sites; null where it fails, which takes nothing away from what was done. */
async function lookCloser(run: EnableRun, sites: readonly Site[]): Promise<Look | null> {
  try {
    return await lookForEnable(run.engine, sites, {
      existingRoutes: run.options.existingRoutes,
      onLimit: run.options.onLimit,
      exact: true,
      concurrency: run.concurrency,
      eventId: run.eventId,
      among: run.sites,
    });
  } catch (error) {
    if (!(error instanceof MaintError) || error.code === 'internal') throw error;
    return null;
  }
}

function joined(first: SiteResult, second: SiteResult | undefined): SiteResult {
  if (second === undefined) return first;
  return { ...second, made: [...first.made, ...second.made] };
}

function endsOf(applied: Applied, unseen: ReadonlySet<string>): SiteEnd[] {
  const begun = applied.results.map((result): SiteEnd => {
    const { plan, made, error } = result;
    if (error !== null && !result.unknown) return { plan, outcome: 'failed', made, verified: null, error };
    if (!unseen.has(plan.domain) && error === null) {
      return { plan, outcome: 'enabled', made, verified: null, error: null };
    }
    // What was read back counts for more than an answer that was lost.
    const lost = error ?? unseenError(plan);
    const seen = !unseen.has(plan.domain) && made.length >= plan.changes.length;
    return { plan, outcome: seen ? 'enabled' : 'unknown', made, verified: null, error: seen ? null : lost };
  });
  const rest = applied.notBegun.map(
    ({ plan, error }): SiteEnd => ({ plan, outcome: 'skipped', made: [], verified: null, error }),
  );
  return [...begun, ...rest];
}

function unseenError(plan: SitePlan): ReturnType<typeof reportOf> {
  const message = `Cloudflare took the changes of ${plan.domain}, but does not show them yet.`;
  return { code: 'outcome-unknown', message, hint: 'Run `maint resume` in a minute.', ray: null };
}

function endUnplanned(site: SitePlan, failed: Events['failed']): SiteEnd {
  const unread = failed.get(site.domain);
  if (unread) return { plan: site, outcome: 'failed', made: [], verified: null, error: unread };
  return { plan: site, outcome: site.outcome, made: [], verified: null, error: planError(site) };
}
