import { FILTERS } from '../../sites/filters.js';
import { type CommandDefinition, reply } from '../command.js';
import { oneLine } from '../output/printable.js';

/** Values for completion, one a line, from the store alone. Silent and empty where anything goes wrong. */
export const command: CommandDefinition = {
  arguments: [{ name: '<kind>', help: FILTERS.map(({ name }) => name).join(', ') }],
  examples: [],
  run: async ({ args: [kind] }, context) => {
    const values = await known(kind, context.config().dbPath, context.terminal.now()).catch(() => []);
    return reply({ values }, (data) => data.values.map((value) => `${oneLine(value)}\n`).join(''));
  },
};

async function known(kind: string | undefined, path: string, now: Date): Promise<readonly string[]> {
  const filter = FILTERS.find(({ name }) => name === kind);
  if (filter === undefined) return [];
  const { openStore } = await import('../../store/open.js');
  const store = await openStore({ path, now: () => now, readonly: true });
  try {
    return filter.known(store);
  } finally {
    store.close();
  }
}
