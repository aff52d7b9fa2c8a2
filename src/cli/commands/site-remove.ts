import { MaintError } from '../../model/errors.js';
import { mayGiveAway } from '../../model/ownership.js';
import { type CommandDefinition, reply } from '../command.js';
import { CONFIRMATION_FLAGS, confirm, requireAnswerable } from '../confirmation.js';
import { requireAllowed } from '../ownership.js';
import { requireSelection, selectSites } from '../select-sites.js';
import { changeSites } from '../site-edits.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: CONFIRMATION_FLAGS,
  description: 'Forgets the selected sites. Nothing at Cloudflare changes; sites in maintenance are refused.',
  examples: [['maint site remove old.example', 'one site']],
  run: async (input, context) => {
    const { flags } = input;
    requireSelection(input);
    requireAnswerable(flags, context);
    const { store } = await context.maint();
    const sites = await selectSites(input, context, store, { changing: true });
    requireAllowed({ action: 'site.remove', sites, may: mayGiveAway }, flags, store, context);
    const up = sites.filter((site) => site.maintenance !== null).map(({ domain }) => domain);
    if (up.length > 0) {
      throw new MaintError('guard-refused', `In maintenance: ${up.slice(0, 5).join(', ')}.`, {
        hint: "Take the page down first, with 'maint disable'. Nothing was removed.",
      });
    }
    const asked = {
      does: 'Forget',
      count: sites.length,
      catalogued: store.sites.count(),
      all: flags.on('all'),
    };
    await confirm(asked, flags, context);
    changeSites(
      sites,
      { action: 'site.remove', message: 'Removed from the catalogue.' },
      store,
      context,
      () => store.sites.remove(sites.map(({ id }) => id)),
    );
    const domains = sites.map(({ domain }) => domain);
    return reply({ removed: domains.length, domains }, (data) =>
      data.domains.map((domain) => `${domain}\n`).join(''),
    );
  },
};
