import { counted } from '../../model/counted.js';
import { type CommandDefinition, reply } from '../command.js';
import { groupAndSites, groupWithSites, requireGroup } from '../group-sites.js';

export const command: CommandDefinition = {
  arguments: groupAndSites,
  selectsSites: true,
  examples: [['maint group remove launch blog.example', 'one site leaves the group']],
  run: async (input, context) => {
    const { name, store, ids } = await groupWithSites('group.remove', input, context);
    const removed = store.groups.remove(name, ids);
    context.say(`Took ${counted(removed, 'site')} out of ${name}.`);
    return reply({ removed, group: requireGroup(name, store) }, () => '');
  },
};
