/** Looks and plans for `enable`, without changing anything. */
import { eventOfScript, eventId as newEventId } from '../model/event.js';
import type { EnablePlan } from '../model/plan.js';
import type { Site } from '../model/site.js';
import { coveringPatterns } from '../model/site.js';
import type { ExistingRoutes } from '../model/vocabulary.js';
import { claimsOf } from './claims.js';
import { touches } from './coverage.js';
import type { Engine } from './engine.js';
import type { Observation } from './observation.js';
import { observe } from './observe.js';
import { planEnable } from './plan-enable.js';
import { assignScripts, planScripts } from './script-plan.js';

/**
 * Up to so many zones of an account are read one by one, which is the only way to see routes without a Worker.
 * Beyond, the account's script list is read instead and only zones that it shows to be special are.
 */
export const READ_EVERY_ZONE_UP_TO = 20;

export const DEFAULT_CONCURRENCY = 8;

export interface LookOptions {
  readonly existingRoutes: ExistingRoutes;
  /** Reads every zone, however many there are. */
  readonly exact: boolean;
  readonly concurrency: number;
  readonly eventId: string;
}

export interface Look {
  readonly plan: EnablePlan;
  readonly observation: Observation;
}

/** Observes the sites' zones and plans. */
export async function lookForEnable(
  engine: Engine,
  sites: readonly Site[],
  options: LookOptions,
): Promise<Look> {
  const observation = await observeForEnable(engine, sites, options);
  return { plan: planFrom(engine, sites, observation, options), observation };
}

/** A fresh event id. */
export function nextEventId(engine: Engine): string {
  return newEventId(engine.clock(), engine.randomBytes(8));
}

function planFrom(
  engine: Engine,
  sites: readonly Site[],
  observation: Observation,
  options: LookOptions,
): EnablePlan {
  const scripts = assignScripts(sites, options.eventId);
  const planned = planEnable({
    sites,
    observation,
    existingRoutes: options.existingRoutes,
    eventId: options.eventId,
    scriptOf: (site) => scripts.get(site.domain) ?? '',
  });
  const open = new Set(planned.sites.flatMap((site) => (site.eventId === null ? [] : [site.eventId])));
  const claims = [...open].flatMap((id) => claimsOf(engine.store.operations.ofEvent(id)));
  const unread = [...observation.zones.values()].filter((zone) => !zone.complete && zone.error === null);
  const warnings =
    unread.length === 0 ? planned.warnings : [...planned.warnings, unreadWarning(unread.length)];
  return { ...planned, warnings, scripts: planScripts(planned.sites, observation, claims) };
}

function unreadWarning(zones: number): string {
  return (
    `${zones} zones were judged by the account's script list, to spare calls: a route without a Worker would ` +
    'not show there. Give --existing-routes take-over to read every zone.'
  );
}

async function observeForEnable(
  engine: Engine,
  sites: readonly Site[],
  options: LookOptions,
): Promise<Observation> {
  const patterns = new Map<string, string[]>();
  for (const site of sites) {
    patterns.set(site.zoneId, [...(patterns.get(site.zoneId) ?? []), ...coveringPatterns(site)]);
  }
  const isForeign = (route: { script: string | null }) => eventOfScript(route.script) === null;
  return observe(engine, sites, {
    concurrency: options.concurrency,
    everyZone: (_account, zones) => options.exact || zones <= READ_EVERY_ZONE_UP_TO,
    needsZone: (zone, routes) =>
      routes.some((route) => isForeign(route) && touches(route.pattern, patterns.get(zone.zoneId) ?? [])),
    needsScripts: (routes) => routes.some((route) => route.script !== null && isForeign(route)),
  });
}
