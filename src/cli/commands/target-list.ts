import { type CommandDefinition, reply } from '../command.js';
import { targetJson } from '../output/target-json.js';
import { targetTable } from '../output/target-table.js';
import { selectTargets, TARGET_FLAG } from '../select-targets.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [TARGET_FLAG],
  description: 'What is checked, by domain, and where it stands. Without a selection: every target.',
  examples: [
    ['maint target list', 'every target'],
    ['maint target list --state failing --json', 'those of sites that are down, for a script'],
  ],
  run: async (input, context) => {
    const { store } = await context.maint({ readonly: true });
    const targets = await selectTargets(input, context, store, { command: 'target list' });
    if (targets.length === 0) context.say("No targets: 'maint target add' makes one.");
    return reply(targets, targetTable, {
      fields: { total: targets.length, targets: targets.map(targetJson) },
    });
  },
};
