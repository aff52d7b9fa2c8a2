/** Looks and plans for `enable`, without changing anything. */
import { counted, nameSome } from '../model/counted.js';
import { eventOfScript, eventId as newEventId } from '../model/event.js';
import type { EnablePlan } from '../model/plan.js';
import type { Site } from '../model/site.js';
import { coveringPatterns } from '../model/site.js';
import type { ExistingRoutes, OnLimit } from '../model/vocabulary.js';
import { claimsOf } from './claims.js';
import { touches } from './coverage.js';
import type { Engine } from './engine.js';
import { letRequestsLand } from './landing.js';
import type { Observation, ZoneView } from './observation.js';
import { observe } from './observe.js';
import { planEnable } from './plan-enable.js';
import { assignScripts, planScripts } from './script-plan.js';

/**
 * How many of an account's zones are read one by one, the only way to see routes without a Worker: all of a few,
 * of more as many as three calls a site leave room for, of very many none but those that the account's script
 * list shows to be special.
 */
export function zonesToRead(zones: number): number {
  if (zones <= FEW) return zones;
  return zones <= MANY ? zones - CALLS_BESIDE_ZONES : 0;
}

/** Zones that are read without a second thought. */
export const FEW = 20;
const MANY = 200;
/** Script list twice, upload, workers.dev, bulk change, and one to spare. */
const CALLS_BESIDE_ZONES = 6;

export const DEFAULT_CONCURRENCY = 8;

export interface LookOptions {
  /** What a person asked for; undefined leaves it to each event. */
  readonly existingRoutes: ExistingRoutes | undefined;
  readonly onLimit: OnLimit | undefined;
  /** Reads every zone, however many there are. */
  readonly exact: boolean;
  readonly concurrency: number;
  readonly eventId: string;
  /** Every site of the run, where only some are looked at again: scripts are shared out among all. */
  readonly among?: readonly Site[];
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
  await letRequestsLand(engine, sites);
  const observation = await observeForEnable(engine, sites, options);
  return { plan: planFrom(engine, sites, observation, options), observation };
}

/** A fresh event id. */
export function nextEventId(engine: Engine): string {
  return newEventId(engine.clock(), engine.randomBytes(8));
}

/** What is to become of routes of others, by event: what is asked for now, else what the event was begun with. */
export function choiceOf(
  { store }: Engine,
  asked: ExistingRoutes | undefined,
): (eventId: string) => ExistingRoutes {
  return (eventId) => asked ?? store.events.get(eventId)?.existingRoutes ?? 'take-over';
}

/** The same for what routes do past the request limit. */
function limitChoiceOf({ store }: Engine, asked: OnLimit | undefined): (eventId: string) => OnLimit | null {
  return (eventId) => asked ?? store.events.get(eventId)?.onLimit ?? null;
}

function planFrom(
  engine: Engine,
  sites: readonly Site[],
  observation: Observation,
  options: LookOptions,
): EnablePlan {
  const scripts = assignScripts(options.among ?? sites, options.eventId);
  const planned = planEnable({
    sites,
    observation,
    existingRoutesOf: choiceOf(engine, options.existingRoutes),
    onLimitOf: limitChoiceOf(engine, options.onLimit),
    eventId: options.eventId,
    scriptOf: (site) => scripts.get(site.domain) ?? '',
  });
  const open = new Set(planned.sites.flatMap((site) => (site.eventId === null ? [] : [site.eventId])));
  const claims = [...open].flatMap((id) => claimsOf(engine.store.operations.ofEvent(id)));
  const unread = unreadZones(observation);
  const warnings = unread.length === 0 ? planned.warnings : [...planned.warnings, unreadWarning(unread)];
  return { ...planned, warnings, scripts: planScripts(planned.sites, observation, claims) };
}

/** Zones of which only the script list is known. */
export function unreadZones(observation: Observation): readonly ZoneView[] {
  return [...observation.zones.values()].filter((zone) => !zone.complete && zone.error === null);
}

/** Says which zones were judged without being read. */
export function unreadWarning(zones: readonly ZoneView[]): string {
  const shown = nameSome(zones.map((zone) => zone.zoneName));
  return (
    `To spare calls, the routes of ${counted(zones.length, 'zone')} were judged by the account's script list, which does ` +
    `not show routes without a Worker (${shown}). --existing-routes take-over reads every zone.`
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
    readAnyway: (zones) => (options.exact ? zones : zonesToRead(zones)),
    needsZone: (zone, routes) =>
      routes.some((route) => isForeign(route) && touches(route.pattern, patterns.get(zone.zoneId) ?? [])),
    needsScripts: (routes) => routes.some((route) => route.script !== null && isForeign(route)),
  });
}
