import { counted } from '../../model/counted.js';
import { type CommandDefinition, reply } from '../command.js';
import { type Column, table } from '../output/table.js';

interface Event {
  readonly id: string;
  readonly known: boolean;
  readonly domains: readonly string[];
}

export const command: CommandDefinition = {
  arguments: [],
  flags: [{ flags: '--account <id>', help: 'look into this account only', group: 'Selection' }],
  description:
    'Rebuilds events from the Workers at Cloudflare, after the SQLite file was lost or on another machine.\n' +
    "Nothing at Cloudflare is changed; afterwards 'maint disable' restores as usual.",
  examples: [['maint recover', 'every account that the token sees']],
  run: async ({ flags }, context) => {
    const config = context.config();
    const accountId = flags.text('account') ?? config.accountId ?? undefined;
    const maint = await context.maint();
    const found = await maint.recover({
      actor: config.actor,
      ...(accountId === undefined ? {} : { accountId }),
    });
    for (const warning of found.warnings) context.warn(warning);
    const rebuilt = found.events.filter((event) => !event.known).length;
    context.say(`${counted(found.events.length, 'event')} at Cloudflare, ${rebuilt} rebuilt here.`);
    return reply(found, ({ events }, view) => table(events, COLUMNS, view));
  },
};

const COLUMNS: readonly Column<Event>[] = [
  { title: 'EVENT', rank: 0, value: (event) => event.id },
  { title: 'HERE', rank: 0, value: (event) => (event.known ? 'known' : 'rebuilt') },
  { title: 'SITES', rank: 1, shrinksTo: 16, value: (event) => event.domains.join(',') },
];
