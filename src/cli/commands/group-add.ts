import { counted } from '../../model/counted.js';
import { type CommandDefinition, reply } from '../command.js';
import { groupAndSites, groupWithSites, requireGroup } from '../group-sites.js';

export const command: CommandDefinition = {
  arguments: groupAndSites,
  selectsSites: true,
  examples: [
    ['maint group add launch shop.example blog.example', 'two sites'],
    ['maint group add launch --project shop', 'every site of a project'],
  ],
  run: async (input, context) => {
    const { name, store, ids } = await groupWithSites('group.add', input, context);
    const added = store.groups.add(name, ids);
    context.say(`Added ${counted(added, 'site')} to ${name}.`);
    return reply({ added, group: requireGroup(name, store) }, () => '');
  },
};
