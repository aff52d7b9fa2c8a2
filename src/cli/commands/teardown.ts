import { MaintError } from '../../model/errors.js';
import type { SetupReport } from '../../setup/setup-types.js';
import { normalDomain } from '../../sites/domain-name.js';
import { didYouMean } from '../../sites/nearest.js';
import type { Store } from '../../store/store.js';
import { type CommandDefinition, type Context, type Reply, reply } from '../command.js';
import { CONFIRMATION_FLAGS, confirm, requireAnswerable } from '../confirmation.js';
import { printableData } from '../output/printable.js';
import { setupText, stepsText } from '../output/setup-text.js';
import { errorOfSetup } from '../setup-run.js';

export const command: CommandDefinition = {
  arguments: [{ name: '<domain>', help: 'a domain that was set up' }],
  flags: [
    { flags: '-n, --dry-run', help: 'show what would be removed; change nothing', group: 'Safety' },
    ...CONFIRMATION_FLAGS,
  ],
  description:
    'Removes what setup made for a domain, and nothing else: records, the SSL mode it raised, the check, the site.\n' +
    'What somebody has changed since is left as it is and reported (exit code 5); --force takes it all the same.',
  examples: [
    ['maint teardown shop.example --dry-run', 'what setup made'],
    ['maint teardown shop.example', 'remove it'],
  ],
  run: async ({ args, flags }, context) => {
    const domain = normalDomain(args[0] ?? '');
    requireAnswerable(flags, context);
    const dryRun = flags.on('dryRun');
    const options = { force: flags.on('force'), stop: context.terminal.watch.stop };
    const maint = await context.maint({ readonly: dryRun });
    const plan = await maint.teardown(domain, { ...options, dryRun: true });
    if (plan.error === null && plan.steps.length === 0) refuseUnknown(plan.domain, maint.store);
    const removable = plan.steps.filter(({ status }) => status === 'suggested').length;
    if (dryRun) return teardownReply({ ...plan, dryRun }, context);
    if (removable > 0) {
      context.show(stepsText(printableData(plan), context.err));
      // Few things of one domain are counted here, not a share of the catalogue.
      await confirm(
        { does: 'Remove', count: removable, catalogued: 0, all: false, noun: 'thing' },
        flags,
        context,
      );
    }
    return teardownReply(await maint.teardown(domain, options), context);
  },
};

/** @throws MaintError `unknown-name` for a domain that neither the catalogue nor the journal of setup has */
function refuseUnknown(domain: string, { sites, setup }: Store): void {
  if (sites.byDomain(domain) !== null || setup.ofDomain(domain).length > 0) return;
  const known = [...sites.domains(), ...setup.open().map((item) => item.domain)];
  const unknown = `${domain} is not in the catalogue, and was not set up from here.`;
  throw new MaintError('unknown-name', `${unknown}${didYouMean(domain, known)}`, {
    hint: "'maint list' shows the catalogue. Nothing was sent.",
  });
}

function teardownReply(report: SetupReport, context: Context): Reply {
  const { error: _error, ...fields } = report;
  const nothing = `Nothing is there that setup made for ${report.domain}.`;
  const isNothing = report.steps.length === 0 && report.error === null;
  // A pipe gets rows, and there is none: what it means goes beside it.
  if (isNothing && !context.out.person && !context.json) context.say(nothing);
  return reply(
    report,
    (data, view) => {
      if (data.steps.length > 0) return setupText(data, view);
      return view.person && isNothing ? `${nothing}\n` : '';
    },
    { fields, error: errorOfSetup(report) },
  );
}
