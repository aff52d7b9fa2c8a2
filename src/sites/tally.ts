/** How many sites have which value of a field. */
import type { Site } from '../model/site.js';
import { tally } from '../model/tally.js';
import { ENVIRONMENTS, type Environment, SITE_STATES, type SiteState } from '../model/vocabulary.js';

/** Every environment is counted, also where there is no site. */
export function tallyEnvironments(sites: readonly Site[]): Record<Environment, number> {
  return { ...zeros(ENVIRONMENTS), ...tally(sites, ({ environment }) => environment) };
}

export function tallyStates(sites: readonly Site[]): Record<SiteState, number> {
  return { ...zeros(SITE_STATES), ...tally(sites, ({ state }) => state) };
}

export function tallyProjects(sites: readonly Site[]): Record<string, number> {
  return tally(sites, ({ project }) => project);
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}
