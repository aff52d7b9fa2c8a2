import { counted, nameSome } from '../../model/counted.js';
import { MaintError } from '../../model/errors.js';
import { type CommandDefinition, reply } from '../command.js';
import { CONFIRMATION_FLAGS, confirm, requireAnswerable } from '../confirmation.js';

export const command: CommandDefinition = {
  arguments: [{ name: '<name>', help: 'a named token' }],
  flags: CONFIRMATION_FLAGS,
  description:
    'Forgets a token on this machine; at Cloudflare it stays until you delete it there. Refused while sites are\n' +
    'bound to it, unless forced.',
  examples: [['maint auth remove west', 'asks first']],
  run: async ({ args: [name = ''], flags }, context) => {
    requireAnswerable(flags, context);
    const { actor } = context.config();
    const maint = await context.maint();
    const domains = maint.tokens.needing(name);
    if (domains.length > 0 && !flags.on('force')) {
      throw new MaintError(
        'guard-refused',
        `${counted(domains.length, 'site needs', 'sites need')} it: ${nameSome(domains)}.`,
        {
          hint: "Give them another one with 'maint site edit --set-token', or add '--force'. Nothing was removed.",
        },
      );
    }
    const asked = { does: `Forget ${name}:`, noun: 'token', count: 1, catalogued: 0, all: false };
    await confirm(asked, flags, context);
    maint.tokens.remove(name, { actor });
    context.say(`Forgot ${name}; delete it at Cloudflare too where it is no longer used.`);
    return reply({ removed: name, domains }, () => '');
  },
};
