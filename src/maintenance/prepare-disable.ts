/** Looks and plans for `disable`, without changing anything at Cloudflare. */
import type { ScriptSummary } from '../cloudflare/api.js';
import { type EventSite, eventOfScript } from '../model/event.js';
import type { DisablePlan, SitePlan } from '../model/plan.js';
import type { Route } from '../model/route.js';
import { coveringPatterns, type Site } from '../model/site.js';
import { type Claim, claimsOf } from './claims.js';
import { samePattern, touches } from './coverage.js';
import type { Engine } from './engine.js';
import { letRequestsLand } from './landing.js';
import type { Observation } from './observation.js';
import { listScripts, observe } from './observe.js';
import { type ConflictRule, type Holding, planDisable } from './plan-disable.js';
import { importScript } from './recover.js';

export type ScriptLists = ReadonlyMap<string, readonly ScriptSummary[] | null>;

export interface DisableLook {
  readonly plan: DisablePlan;
  readonly observation: Observation;
  /** The script lists as they were: routes of our scripts that a bulk change must not lose. */
  readonly scripts: ScriptLists;
}

export interface DisableLookOptions {
  readonly rule: ConflictRule;
  readonly concurrency: number;
  readonly run: { readonly runId: string; readonly actor: string };
}

/** Reads what is up, what was before, and plans to put it back. */
export async function lookForDisable(
  engine: Engine,
  sites: readonly Site[],
  options: DisableLookOptions,
): Promise<DisableLook> {
  await letRequestsLand(engine, sites);
  const scripts = await readScriptLists(engine, sites);
  const warnings = await learnForeignEvents(engine, sites, scripts, options.run);
  const holdings = holdingsOf(engine, sites);
  const observation = await observeHoldings(engine, holdings, scripts, options.concurrency);
  const plans = sites.flatMap((site) => planSite(site, holdings, observation, options.rule));
  plans.sort((a, b) => (a.domain < b.domain ? -1 : 1));
  return { plan: { kind: 'disable', sites: plans, warnings }, observation, scripts };
}

async function readScriptLists(engine: Engine, sites: readonly Site[]): Promise<ScriptLists> {
  const lists = new Map<string, readonly ScriptSummary[] | null>();
  for (const { accountId } of sites) {
    if (!lists.has(accountId)) lists.set(accountId, await listScripts(engine, accountId));
  }
  return lists;
}

/** Takes events that another machine put up on these sites into the store, so that they can be lifted here. */
async function learnForeignEvents(
  engine: Engine,
  sites: readonly Site[],
  lists: ScriptLists,
  run: { readonly runId: string; readonly actor: string },
): Promise<string[]> {
  const warnings: string[] = [];
  for (const [accountId, scripts] of lists) {
    const own = sites.filter((site) => site.accountId === accountId);
    for (const script of scripts ?? []) {
      const eventId = eventOfScript(script.name);
      const served = own.filter((site) =>
        (script.routes ?? []).some((route) => touches(route.pattern, coveringPatterns(site))),
      );
      if (eventId === null || served.length === 0) continue;
      if (isKnown(engine, eventId, accountId, script.name)) {
        reopen(engine, eventId, served);
        continue;
      }
      const found = await importScript(engine, accountId, script.name, run);
      if (found === null) warnings.push(`${script.name} holds no restore record that this version can read.`);
    }
  }
  return warnings;
}

/** A site that was thought lifted although a route of the event serves it still. */
function reopen(engine: Engine, eventId: string, served: readonly Site[]): void {
  const { events } = engine.store;
  const closed = events
    .sites(eventId)
    .filter(({ state }) => state === 'lifted' || state === 'failed')
    .map(({ domain }) => domain);
  const domains = served.map(({ domain }) => domain).filter((domain) => closed.includes(domain));
  if (domains.length === 0) return;
  engine.store.transaction(() => {
    events.setSiteState(eventId, domains, 'closing', engine.clock().toISOString());
    events.update(eventId, { endedAt: null });
  });
}

function isKnown(engine: Engine, eventId: string, accountId: string, script: string): boolean {
  const deployments = engine.store.deployments.ofEvent(eventId);
  return deployments.some((known) => known.script === script && known.accountId === accountId);
}

function holdingsOf(engine: Engine, sites: readonly Site[]): Holding[] {
  const open = engine.store.events.openSites(sites.map((site) => site.domain));
  const claims = new Map<string, Claim[]>();
  for (const { eventId } of open) {
    if (!claims.has(eventId)) claims.set(eventId, claimsOf(engine.store.operations.ofEvent(eventId)));
  }
  return open.map((site) => holdingOf(site, claims.get(site.eventId) ?? []));
}

function holdingOf(site: EventSite, claims: readonly Claim[]): Holding {
  const { domain, accountId, zoneId, zoneName, patterns, eventId } = site;
  const own = claims.filter((claim) => claim.domain === domain);
  return { domain, accountId, zoneId, zoneName, patterns, eventId, claims: own };
}

async function observeHoldings(
  engine: Engine,
  holdings: readonly Holding[],
  scripts: ScriptLists,
  concurrency: number,
): Promise<Observation> {
  const claims = holdings.flatMap((holding) => holding.claims);
  return observe(engine, holdings, {
    concurrency,
    scripts,
    readAnyway: () => 0,
    // A created route that the script list shows as ours is as expected; anything else wants a closer look, a
    // route that was taken over above all: the list does not show whether somebody changed its other fields.
    needsZone: (zone, routes) =>
      claims.some(
        (claim) =>
          claim.zoneId === zone.zoneId &&
          (claim.before !== null || !routes.some((route) => isHeld(claim, route))),
      ),
    needsScripts: () => false,
  });
}

function isHeld(claim: Claim, route: Route): boolean {
  return samePattern(claim.pattern, route.pattern) && route.script === claim.script;
}

function planSite(
  site: Site,
  holdings: readonly Holding[],
  observation: Observation,
  rule: ConflictRule,
): SitePlan[] {
  const own = holdings.filter((holding) => holding.domain === site.domain);
  if (own.length === 0) return [nothingToDo(site)];
  return own.map((holding) => {
    const zone = observation.zones.get(holding.zoneId);
    const others = new Set(own.map(({ eventId }) => eventId).filter((id) => id !== holding.eventId));
    if (zone !== undefined && zone.error === null) return planDisable(holding, zone.routes, rule, others);
    const note = zone?.error?.message ?? 'The zone could not be read.';
    const { claims: _claims, ...frame } = holding;
    const error = zone?.error ?? null;
    return { ...frame, outcome: 'failed', changes: [], dodged: [], conflicts: [], note, error };
  });
}

function nothingToDo(site: Site): SitePlan {
  const { domain, accountId, zoneId, zoneName } = site;
  return {
    domain,
    accountId,
    zoneId,
    zoneName,
    patterns: coveringPatterns(site),
    outcome: 'unchanged',
    eventId: null,
    changes: [],
    dodged: [],
    conflicts: [],
    note: 'Not in maintenance.',
  };
}

/** The routes of a script of ours as they were seen; null where the list did not tell. */
export function seenRoutes(lists: ScriptLists, accountId: string, script: string): readonly Route[] | null {
  const routes = lists.get(accountId)?.find((summary) => summary.name === script)?.routes ?? null;
  return routes === null || routes.length === 0 ? null : routes;
}
