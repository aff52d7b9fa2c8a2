/** Keeps events and the log in step with what runs begin and end. */
import type { EventSite, EventSiteState, MaintenanceEvent } from '../model/event.js';
import type { LogEntry } from '../model/log.js';
import type { EnablePlan, SitePlan } from '../model/plan.js';
import type { Site } from '../model/site.js';
import type { LogLevel, Outcome } from '../model/vocabulary.js';
import { claimsOf } from './claims.js';
import type { Engine } from './engine.js';
import { heldAtLook, settleScript, settleSites } from './open-outcomes.js';
import type { SiteEnd } from './reports.js';
import type { EnableOptions, RunOptions } from './types.js';

/** Commits, before anything is sent, which sites join which event. */
export function beginEvent(
  engine: Engine,
  plan: Pick<EnablePlan, 'sites'>,
  events: ReadonlyMap<string, MaintenanceEvent>,
): void {
  const { store } = engine;
  const now = engine.clock().toISOString();
  store.transaction(() => {
    supersede(engine, plan.sites, now);
    for (const event of events.values()) {
      const joining = plan.sites.filter((site) => site.eventId === event.id);
      if (joining.length === 0) continue;
      const rows = joining.map((site) => eventSite(site, event.id));
      if (store.events.get(event.id) === null) store.events.insert(event, rows);
      else joinEvent(engine, event.id, rows, now);
    }
  });
}

function joinEvent(engine: Engine, eventId: string, rows: readonly EventSite[], now: string): void {
  const { events } = engine.store;
  const known = new Set(events.sites(eventId).map((site) => site.domain));
  events.addSites(rows.filter((row) => !known.has(row.domain)));
  const again = rows.map((row) => row.domain).filter((domain) => known.has(domain));
  events.setSiteState(eventId, again, 'opening', now);
  events.update(eventId, { endedAt: null });
}

/** An earlier event of which nothing is left at Cloudflare no longer holds the site. */
function supersede(engine: Engine, sites: readonly SitePlan[], now: string): void {
  const eventOf = new Map(sites.map((site) => [site.domain, site.eventId]));
  for (const open of engine.store.events.openSites([...eventOf.keys()])) {
    if (open.eventId === eventOf.get(open.domain)) continue;
    engine.store.events.setSiteState(open.eventId, [open.domain], 'lifted', now);
    settleSites(engine, [{ ...open, wasOurs: () => false }], '');
    engine.store.events.endIfDone(open.eventId, now);
  }
}

function eventSite(site: SitePlan, eventId: string): EventSite {
  const { domain, zoneId, zoneName, accountId, patterns } = site;
  return { eventId, domain, zoneId, zoneName, accountId, patterns, state: 'opening' };
}

/** Commits how an enable run ended: states of sites, adoption of a monitor's event, the log. */
export function settleEnabled(
  engine: Engine,
  ends: readonly SiteEnd[],
  sites: readonly Site[],
  options: EnableOptions,
  run: { readonly runId: string; readonly eventId: string },
): void {
  const now = engine.clock().toISOString();
  engine.store.transaction(() => {
    settleSeen(engine, ends, run.runId);
    const held = heldDomains(engine, run.eventId);
    for (const { plan, ...end } of ends) {
      if (plan.eventId === null) continue;
      const untouched = plan.eventId === run.eventId && end.made.length === 0 && !held.has(plan.domain);
      const state = stateOf(engine, plan, end.outcome, untouched);
      if (state !== null) engine.store.events.setSiteState(plan.eventId, [plan.domain], state, now);
    }
    adopt(engine, sites, ends, options);
    writeLog(engine, 'enable', ends, options, run.runId);
  });
}

/** What earlier runs left open in the journal came to its end where this run has seen the page whole. */
function settleSeen(engine: Engine, ends: readonly SiteEnd[], runId: string): void {
  const whole = ends.filter(({ outcome }) => outcome === 'enabled' || outcome === 'unchanged');
  const sites = whole.map(({ plan }) => ({ ...plan, wasOurs: heldAtLook('enable', plan) }));
  settleSites(engine, sites, runId);
  const scripts = new Map<string, Parameters<typeof settleScript>[1]>();
  for (const { plan, outcome } of whole) {
    const [change] = plan.changes;
    if (outcome !== 'enabled' || change === undefined || plan.eventId === null) continue;
    const { accountId, script } = change;
    scripts.set(`${accountId} ${script}`, { eventId: plan.eventId, accountId, script });
  }
  for (const script of scripts.values()) settleScript(engine, script, 'up');
}

/** Where a change was or may have been made, by this run or an earlier one, the site stays open. */
function stateOf(
  engine: Engine,
  plan: SitePlan,
  outcome: Outcome,
  untouched: boolean,
): EventSiteState | null {
  if (outcome === 'enabled') return 'up';
  // Found whole: what an interrupted run left open has come to its end.
  if (outcome === 'unchanged') return isOpen(engine, plan) ? 'up' : null;
  return untouched && (outcome === 'failed' || outcome === 'skipped') ? 'failed' : null;
}

function isOpen({ store }: Engine, { eventId, domain }: SitePlan): boolean {
  return store.events.openSites([domain]).some((site) => site.eventId === eventId);
}

/** Domains for which an event holds a route, or may. */
function heldDomains({ store }: Engine, eventId: string): ReadonlySet<string> {
  return new Set(claimsOf(store.operations.ofEvent(eventId)).map((claim) => claim.domain));
}

/** A person's `enable` takes over the event of a monitor: from then on only a person lifts it. */
function adopt(
  engine: Engine,
  sites: readonly Site[],
  ends: readonly SiteEnd[],
  options: EnableOptions,
): void {
  if ((options.kind ?? 'manual') !== 'manual') return;
  const unchanged = new Set(ends.filter((end) => end.outcome === 'unchanged').map((end) => end.plan.domain));
  for (const site of sites) {
    if (!unchanged.has(site.domain) || site.maintenance === null || site.maintenance.kind === 'manual')
      continue;
    engine.store.events.update(site.maintenance.eventId, { kind: 'manual', actor: options.actor });
  }
}

/** Writes one line of the audit trail for each site of a run. */
export function writeLog(
  engine: Engine,
  action: 'enable' | 'disable',
  ends: readonly SiteEnd[],
  options: RunOptions,
  runId: string,
): void {
  const at = engine.clock().toISOString();
  engine.store.log.write(
    ends.map(
      (end): Omit<LogEntry, 'id'> => ({
        at,
        level: levelOf(end),
        action,
        actor: options.actor,
        domain: end.plan.domain,
        eventId: end.plan.eventId,
        runId,
        message: end.error === null ? end.outcome : `${end.outcome}: ${end.error.message}`,
      }),
    ),
  );
}

function levelOf(end: SiteEnd): LogLevel {
  if (end.outcome === 'failed' || end.outcome === 'unknown') return 'error';
  return end.outcome === 'conflict' || end.outcome === 'skipped' ? 'warning' : 'info';
}
