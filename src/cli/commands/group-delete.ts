import { type CommandDefinition, reply } from '../command.js';
import { CONFIRMATION_FLAGS, confirm, requireAnswerable } from '../confirmation.js';
import { groupArgument, requireGroup } from '../group-sites.js';
import { requireAllowed } from '../ownership.js';

export const command: CommandDefinition = {
  arguments: [groupArgument],
  flags: CONFIRMATION_FLAGS,
  description: 'Deletes a group. Its sites stay in the catalogue.',
  examples: [['maint group delete launch', 'asks first']],
  run: async ({ args: [name = ''], flags }, context) => {
    requireAnswerable(flags, context);
    const { store } = await context.maint();
    const { domains } = requireGroup(name, store);
    const sites = domains.flatMap((domain) => store.sites.byDomain(domain) ?? []);
    requireAllowed({ action: 'group.delete', sites }, flags, store, context);
    const does = `Delete the group ${name} of`;
    await confirm({ does, count: domains.length, catalogued: 0, all: false }, flags, context);
    store.groups.delete(name);
    context.say(`Deleted the group ${name}.`);
    return reply({ deleted: name, domains }, () => '');
  },
};
