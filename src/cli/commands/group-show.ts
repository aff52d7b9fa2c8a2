import { type CommandDefinition, reply } from '../command.js';
import { groupArgument, requireGroup } from '../group-sites.js';
import { siteTable } from '../output/site-table.js';

export const command: CommandDefinition = {
  arguments: [groupArgument],
  examples: [['maint group show launch', 'its sites']],
  run: async ({ args: [name = ''] }, context) => {
    const { store } = await context.maint({ readonly: true });
    const group = requireGroup(name, store);
    const sites = group.domains.flatMap((domain) => store.sites.byDomain(domain) ?? []);
    if (sites.length === 0) context.say(`The group ${name} is empty.`);
    return reply(sites, siteTable, { fields: { group } });
  },
};
