import { existsSync } from 'node:fs';
import { type CommandDefinition, reply } from '../command.js';

export const command: CommandDefinition = {
  arguments: [],
  examples: [['maint db path', 'the SQLite file in use']],
  run: async (_input, context) => {
    const { dbPath } = context.config();
    return reply({ path: dbPath, exists: existsSync(dbPath) }, ({ path }) => `${path}\n`);
  },
};
