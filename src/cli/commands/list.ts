import { type CommandDefinition, reply } from '../command.js';
import { siteJson } from '../output/site-json.js';
import { siteTable, siteTotals } from '../output/site-table.js';
import { selectSites } from '../select-sites.js';

export const command: CommandDefinition = {
  selectsSites: true,
  description: 'The catalogue of sites, by domain. Without a selection: all of them.',
  examples: [
    ['maint list', 'every site'],
    ['maint list --environment production --tag critical', 'production sites with a tag'],
    ['maint list --state maintenance --json', 'what is in maintenance, for a script'],
  ],
  run: async (input, context) => {
    const maint = await context.maint({ readonly: true });
    const sites = await selectSites(input, context, maint.store);
    if (sites.length === 0) context.say(emptyHint(maint.store.sites.count()));
    return reply(
      sites,
      (found, view) =>
        siteTable(found, view) +
        (view.person && found.length > 0 ? `${view.palette.dim(siteTotals(found))}\n` : ''),
      { fields: { total: sites.length, sites: sites.map(siteJson) } },
    );
  },
};

function emptyHint(catalogued: number): string {
  return catalogued === 0 ? "No sites yet: 'maint discover' imports your zones." : 'No site is like that.';
}
