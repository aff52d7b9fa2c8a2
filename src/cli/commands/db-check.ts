import { existsSync } from 'node:fs';
import { counted } from '../../model/counted.js';
import { type CommandDefinition, reply } from '../command.js';

export const command: CommandDefinition = {
  arguments: [],
  description: 'Examines the store without writing to it. A damaged or newer one ends with exit 9.',
  examples: [['maint db check', 'is it whole?']],
  run: async (_input, context) => {
    const { dbPath } = context.config();
    if (!existsSync(dbPath)) {
      return reply({ path: dbPath, exists: false, sites: 0 }, ({ path }) => `${path}: not made yet\n`);
    }
    const { store } = await context.maint({ readonly: true });
    const found = {
      path: dbPath,
      exists: true,
      sites: store.sites.count(),
      unsettled: store.operations.unsettled().length,
    };
    return reply(found, ({ path, sites, unsettled }) => {
      const rest =
        unsettled > 0 ? `, ${counted(unsettled, 'change')} of open outcome: run 'maint resume'` : '';
      return `${path}: whole, ${counted(sites, 'site')}${rest}\n`;
    });
  },
};
