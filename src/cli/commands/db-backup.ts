import { existsSync } from 'node:fs';
import path from 'node:path';
import { MaintError } from '../../model/errors.js';
import { type CommandDefinition, reply } from '../command.js';

export const command: CommandDefinition = {
  arguments: [{ name: '[file]', help: 'where to; beside the store unless given' }],
  description: 'Copies the store while it may be in use, and checks the copy before it gets its name.',
  examples: [
    ['maint db backup', 'beside the store, with the time in its name'],
    ['maint db backup /var/backups/maint.db', 'somewhere else'],
  ],
  run: async ({ args: [file] }, context) => {
    const { dbPath } = context.config();
    if (!existsSync(dbPath)) {
      throw new MaintError('failed', `There is no store at ${dbPath} yet.`, {
        hint: "'maint discover' makes one.",
      });
    }
    const time = context.terminal.now().toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
    const target = path.resolve(file ?? `${dbPath}.backup-by-hand-${time}`);
    const { backupStore } = await import('../../store/backup.js');
    backupStore(dbPath, target);
    return reply({ path: dbPath, backup: target }, (data) => `${data.backup}\n`);
  },
};
