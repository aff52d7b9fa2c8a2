import { carryOut, SAFETY_FLAGS } from '../changing-run.js';
import type { CommandDefinition } from '../command.js';
import { requireAnswerable } from '../confirmation.js';
import { readNumber } from '../number-flag.js';
import { requireSelection, selectSites } from '../select-sites.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [
    {
      flags: '--accept-changes',
      help: 'close the event and keep what others changed meanwhile',
      group: 'Change',
    },
    ...SAFETY_FLAGS,
  ],
  description:
    'Takes the page down and restores every route to what it was. A route that somebody else changed\n' +
    'meanwhile is left alone and reported (exit 5); --force restores it all the same.',
  examples: [
    ['maint disable shop.example', 'one site'],
    ['maint disable --state maintenance --yes', 'everything that is in maintenance'],
    ['maint disable --group launch --dry-run', 'what would be restored'],
  ],
  run: async (input, context) => {
    const { flags } = input;
    const problems: string[] = [];
    const concurrency = readNumber(flags, 'concurrency', { from: 1, to: 50 }, problems);
    refuseIfWrong(problems, 'disable');
    requireSelection(input);
    const { actor } = context.config();
    const maint = await context.maint({ readonly: flags.on('dryRun') });
    const sites = await selectSites(input, context, maint.store, { changing: true });
    requireAnswerable(flags, context);
    const prepared = await maint.prepareDisable(sites, {
      actor,
      verify: !flags.off('verify'),
      force: flags.on('force'),
      acceptChanges: flags.on('acceptChanges'),
      stop: context.terminal.watch.stop,
      onProgress: context.onProgress,
      ...(concurrency === undefined ? {} : { concurrency }),
    });
    const asked = {
      does: 'Take the page down from',
      catalogued: maint.store.sites.count(),
      all: flags.on('all'),
    };
    return carryOut(prepared, asked, flags, context);
  },
};
