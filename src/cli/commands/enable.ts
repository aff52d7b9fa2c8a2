import { EXISTING_ROUTES, ExistingRoutes, ON_LIMIT, OnLimit } from '../../model/vocabulary.js';
import { carryOut, SAFETY_FLAGS } from '../changing-run.js';
import type { CommandDefinition, Context } from '../command.js';
import { requireAnswerable } from '../confirmation.js';
import type { Flags } from '../flags.js';
import { readNumber } from '../number-flag.js';
import { clock, span } from '../output/moment.js';
import { END_FLAGS, PAGE_FLAGS, PASS_FLAGS, readPageFlags } from '../page-flags.js';
import { requireSelection, selectSites } from '../select-sites.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [
    { flags: '--reason <text>', help: 'why, for the record; visitors do not see it', group: 'Change' },
    {
      flags: '--existing-routes <how>',
      help: 'what to do with routes of others that would dodge the page',
      group: 'Change',
      choices: EXISTING_ROUTES,
    },
    {
      flags: '--on-limit <how>',
      help: 'past the 100,000 requests a day of Workers Free: show the origin, or an error',
      group: 'Change',
      choices: ON_LIMIT,
    },
    ...END_FLAGS,
    ...PAGE_FLAGS,
    ...PASS_FLAGS,
    { flags: '--max-sites <n>', help: 'refuse to touch more sites than this', group: 'Safety' },
    ...SAFETY_FLAGS,
  ],
  description:
    'Puts the maintenance page in front of the selected sites. What was there comes back with disable.',
  examples: [
    ['maint enable shop.example --for 30m --message "Back in half an hour."', 'one site'],
    ['maint enable --environment production --dry-run', 'what would change, without changing it'],
    ['maint enable --tag critical --exclude-project legacy --yes --json', 'from a pipeline'],
  ],
  run: async (input, context) => {
    const { flags } = input;
    const options = readOptions(flags, context);
    requireSelection(input);
    const { actor } = context.config();
    const maint = await context.maint({ readonly: flags.on('dryRun') });
    const sites = await selectSites(input, context, maint.store, { changing: true });
    requireAnswerable(flags, context);
    const prepared = await maint.prepareEnable(sites, {
      ...options,
      actor,
      stop: context.terminal.watch.stop,
      onProgress: context.onProgress,
    });
    const asked = {
      does: 'Put the page up on',
      catalogued: maint.store.sites.count(),
      all: flags.on('all'),
    };
    return carryOut(prepared, asked, flags, context);
  },
};

function readOptions(flags: Flags, context: Context) {
  const problems: string[] = [];
  const now = context.terminal.now();
  const page = readPageFlags(flags, now, problems);
  const maxSites = readNumber(flags, 'maxSites', { from: 1 }, problems);
  const concurrency = readNumber(flags, 'concurrency', { from: 1, to: 50 }, problems);
  const existingRoutes = ExistingRoutes.safeParse(flags.text('existingRoutes')).data;
  const onLimit = OnLimit.safeParse(flags.text('onLimit')).data;
  refuseIfWrong(problems, 'enable');
  if (page.until !== null) {
    const left = span(Date.parse(page.until) - now.getTime());
    context.say(`Expected end: ${clock(page.until, { now })}, in ${left}.`);
  }
  return {
    ...page,
    reason: flags.text('reason') ?? null,
    verify: !flags.off('verify'),
    force: flags.on('force'),
    ...(maxSites === undefined ? {} : { maxSites }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(existingRoutes === undefined ? {} : { existingRoutes }),
    ...(onLimit === undefined ? {} : { onLimit }),
  };
}
