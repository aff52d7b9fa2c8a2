import type { Group } from '../../store/store.js';
import { type CommandDefinition, reply } from '../command.js';
import { type Column, table } from '../output/table.js';

export const command: CommandDefinition = {
  arguments: [],
  examples: [['maint group list', 'all groups with their size']],
  run: async (_input, context) => {
    const { store } = await context.maint({ readonly: true });
    const groups = store.groups.list();
    if (groups.length === 0) context.say("No groups yet: 'maint group create <name>' makes one.");
    return reply(groups, (found, view) => table(found, COLUMNS, view), {
      fields: { total: groups.length, groups },
    });
  },
};

const COLUMNS: readonly Column<Group>[] = [
  { title: 'GROUP', rank: 0, value: (group) => group.name },
  { title: 'SITES', rank: 0, value: (group) => String(group.domains.length), align: 'right' },
  { title: 'DESCRIPTION', rank: 1, shrinksTo: 16, value: (group) => group.description ?? '' },
];
