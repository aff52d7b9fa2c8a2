import { counted, nameSome } from '../../model/counted.js';
import { runReply, warnPiped } from '../changing-run.js';
import type { CommandDefinition } from '../command.js';
import { errorOfRun } from '../exit-codes.js';

export const command: CommandDefinition = {
  arguments: [{ name: '[event]', help: 'the event whose run was interrupted; all of them without it' }],
  flags: [
    { flags: '--no-verify', help: 'do not look at the sites afterwards', group: 'Safety' },
    { flags: '--force', help: 'override conflicts', group: 'Safety' },
  ],
  description:
    'Finishes or undoes what an interrupted run left: it looks at Cloudflare first, so it is safe to repeat.',
  examples: [
    ['maint resume', 'every unfinished run'],
    ['maint resume 20261124-k3j8m2pq', 'one event'],
  ],
  run: async ({ args, flags }, context) => {
    const [eventId] = args;
    const { actor } = context.config();
    const maint = await context.maint();
    const report = await maint.resume({
      actor,
      verify: !flags.off('verify'),
      force: flags.on('force'),
      stop: context.terminal.watch.stop,
      onProgress: context.onProgress,
      ...(eventId === undefined ? {} : { eventId }),
    });
    const { setups, sites, warnings } = report;
    if (setups.length > 0) {
      context.say(`Took away what ${counted(setups.length, 'interrupted setup')} left: ${nameSome(setups)}.`);
    } else if (sites.length + warnings.length === 0) {
      context.say('No run was left unfinished.');
    }
    warnPiped(warnings, context);
    return runReply(report, errorOfRun(report));
  },
};
