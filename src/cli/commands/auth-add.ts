import { counted } from '../../model/counted.js';
import { MaintError } from '../../model/errors.js';
import { type CommandDefinition, type Context, reply } from '../command.js';
import { tokenTable } from '../output/token-text.js';

export const command: CommandDefinition = {
  arguments: [{ name: '<name>', help: 'what it is to be called; `default` stands in where no other fits' }],
  flags: [
    {
      flags: '--account <id>',
      help: 'use it for this account alone; needed for a token of an account without zones',
      group: 'Options',
    },
  ],
  description:
    'Reads an API token from standard input, or asks for it unseen on a terminal, verifies it at Cloudflare and\n' +
    'keeps it in a file that only you can read. A token of the same name is replaced.',
  examples: [
    ['maint auth add west', 'asks for the token'],
    ['pass show cloudflare/west | maint auth add west', 'from a password manager'],
  ],
  run: async ({ args: [name = ''], flags }, context) => {
    const { actor } = context.config();
    const maint = await context.maint();
    const token = await readToken(name, context);
    const report = await maint.tokens.add(name, token, { actor, accountId: flags.text('account') });
    const zones = report.accounts.reduce((sum, account) => sum + account.zones, 0);
    context.say(
      `Kept as ${report.source}. It sees ${counted(zones, 'zone')}: 'maint discover' imports them.`,
    );
    if (zones === 0) context.warn('The token sees no zone yet: give it Zone → Zone → Read, or add a zone.');
    return reply(report, (data, view) => tokenTable([data], view), { fields: { token: report } });
  },
};

async function readToken(name: string, { terminal }: Context): Promise<string> {
  const token = terminal.canPrompt
    ? await terminal.askSecret(`API token '${name}':`)
    : await terminal.readInput();
  if (terminal.watch.stoppedBy !== null) {
    throw new MaintError('interrupted', 'Stopped at the question: nothing was kept.');
  }
  if (token.trim() !== '') return token.trim();
  throw new MaintError('token-missing', 'No token was given.', {
    hint: `Pipe it in: 'maint auth add ${name} < file'. Nothing was kept.`,
  });
}
