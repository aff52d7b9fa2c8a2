/** The catalogue as a table; used wherever sites are listed. */

import { counted } from '../../model/counted.js';
import type { Site } from '../../model/site.js';
import { moment } from './moment.js';
import { stateColour } from './state-colour.js';
import { type Column, table } from './table.js';
import type { View } from './view.js';

const COLUMNS: readonly Column<Site>[] = [
  { title: 'SITE', rank: 0, value: (site) => site.domain },
  {
    title: 'STATUS',
    rank: 1,
    value: (site) => site.state,
    paint: (text, site, view) => stateColour(site.state, text, view),
  },
  { title: 'ENVIRONMENT', rank: 2, value: (site) => site.environment },
  { title: 'PROJECT', rank: 3, value: (site) => site.project ?? '' },
  { title: 'TAGS', rank: 5, shrinksTo: 12, value: (site) => site.tags.join(',') },
  { title: 'OWNER', rank: 6, value: (site) => site.owner ?? '' },
  { title: 'GROUPS', rank: 7, shrinksTo: 12, value: (site) => site.groups.join(',') },
  { title: 'SINCE', rank: 4, value: (site, view) => moment(site.maintenance?.since ?? null, view) },
  { title: 'UNTIL', rank: 4, value: (site, view) => moment(site.maintenance?.until ?? null, view) },
];

export function siteTable(sites: readonly Site[], view: View): string {
  return table(sites, COLUMNS, view);
}

/** `12 sites: 9 active, 3 maintenance`. */
export function siteTotals(sites: readonly Site[]): string {
  const states = new Map<string, number>();
  for (const { state } of sites) states.set(state, (states.get(state) ?? 0) + 1);
  const parts = [...states].sort(([a], [b]) => (a < b ? -1 : 1)).map(([state, count]) => `${count} ${state}`);
  return parts.length === 0 ? counted(0, 'site') : `${counted(sites.length, 'site')}: ${parts.join(', ')}`;
}
