import { normalDomain } from '../../sites/domain-name.js';
import { type CommandDefinition, reply } from '../command.js';
import { moment } from '../output/moment.js';

export const command: CommandDefinition = {
  arguments: [{ name: '<domain>', help: 'a site in maintenance' }],
  description:
    'The secret link and header that lead past the page. Whoever has them gets through: share with care.',
  examples: [
    ['maint bypass shop.example', 'the link to open in a browser'],
    ['maint bypass shop.example --json', 'link and header for a script'],
  ],
  run: async ({ args }, context) => {
    const [domain = ''] = args;
    const maint = await context.maint({ readonly: true });
    const link = await maint.bypass(normalDomain(domain));
    return reply(link, ({ url, header, expiresAt }, view) => {
      if (!view.person) return `${url}\n`;
      const until = expiresAt === null ? '' : `valid until ${moment(expiresAt, view)}\n`;
      return `${view.palette.strong(url)}\n${header.name}: ${header.value}\n${view.palette.dim(until)}`;
    });
  },
};
