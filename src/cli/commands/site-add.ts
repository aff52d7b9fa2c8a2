import { normalDomain } from '../../sites/domain-name.js';
import { type CommandDefinition, reply } from '../command.js';
import { siteJson } from '../output/site-json.js';
import { siteTable } from '../output/site-table.js';
import { NEW_SITE_FLAGS, newSiteFields } from '../site-fields.js';

export const command: CommandDefinition = {
  arguments: [{ name: '<domain>', help: 'a domain, or a sub-domain of a zone' }],
  flags: [
    { flags: '--account <id>', help: 'look in this account only', group: 'Selection' },
    ...NEW_SITE_FLAGS,
  ],
  description: 'Adds a domain by hand: finds its zone at Cloudflare by the longest matching name.',
  examples: [
    ['maint site add shop.example.com --environment production', 'a sub-domain as a site of its own'],
  ],
  run: async ({ args, flags }, context) => {
    const [domain = ''] = args;
    const fields = newSiteFields(flags, 'site add');
    const config = context.config();
    const accountId = flags.text('account') ?? config.accountId ?? undefined;
    const maint = await context.maint();
    const site = await maint.addSite(normalDomain(domain), {
      ...fields,
      actor: config.actor,
      ...(accountId === undefined ? {} : { accountId }),
    });
    context.say(`Added ${site.domain}.`);
    return reply([site], siteTable, { fields: { site: siteJson(site) } });
  },
};
