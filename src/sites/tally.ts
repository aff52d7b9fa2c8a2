/** How many sites have which value of a field. */
import type { Site } from '../model/site.js';
import { ENVIRONMENTS, type Environment, SITE_STATES, type SiteState } from '../model/vocabulary.js';

const NO_PROJECT = '(none)';

/** Every environment is counted, also where there is no site. */
export function tallyEnvironments(sites: readonly Site[]): Record<Environment, number> {
  return tally(sites, ({ environment }) => environment, ENVIRONMENTS);
}

export function tallyStates(sites: readonly Site[]): Record<SiteState, number> {
  return tally(sites, ({ state }) => state, SITE_STATES);
}

/** Projects by code point, so that the order is the same everywhere; sites without one come last. */
export function tallyProjects(sites: readonly Site[]): Record<string, number> {
  const names = new Set(sites.flatMap(({ project }) => (project === null ? [] : [project])));
  const loose = sites.some(({ project }) => project === null) ? [NO_PROJECT] : [];
  return tally(sites, ({ project }) => project ?? NO_PROJECT, [...[...names].sort(), ...loose]);
}

function tally<K extends string>(
  sites: readonly Site[],
  keyOf: (site: Site) => K,
  keys: readonly K[],
): Record<K, number> {
  const counts = new Map(keys.map((key) => [key, 0]));
  for (const site of sites) counts.set(keyOf(site), (counts.get(keyOf(site)) ?? 0) + 1);
  return Object.fromEntries(counts) as Record<K, number>;
}
