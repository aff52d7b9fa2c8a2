import { type CommandDefinition, reply } from '../command.js';
import { overviewText } from '../output/token-text.js';

export const command: CommandDefinition = {
  arguments: [],
  description:
    'The tokens in use, what Cloudflare said of them when it was last asked, and which of them serves which\n' +
    'account. First wins: --api-token, CLOUDFLARE_API_TOKEN, CLOUDFLARE_API_TOKEN_FILE, the systemd credential\n' +
    "maint-token, apiTokenFile of the settings; then named tokens: the site's own, one that sees its account, the\n" +
    'only one or the one called default.',
  examples: [['maint auth list', 'without asking Cloudflare']],
  run: async (_input, context) => {
    const maint = await context.maint({ readonly: true });
    const overview = maint.tokens.list();
    if (overview.tokens.length === 0) context.say("No token yet: 'maint auth add <name>' adds one.");
    return reply(overview, overviewText);
  },
};
