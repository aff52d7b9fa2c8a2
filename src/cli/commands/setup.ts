import { MaintError } from '../../model/errors.js';
import { isPassedOver, sitesToSetUp } from '../../setup/setup-all.js';
import type { SetupOptions, SetupReport } from '../../setup/setup-types.js';
import { SSL_CHOICES } from '../../setup/ssl-choice.js';
import { normalDomain } from '../../sites/domain-name.js';
import { type CommandDefinition, type Context, type Input, type Reply, reply } from '../command.js';
import { CONFIRMATION_FLAGS, confirm, requireAnswerable } from '../confirmation.js';
import type { Flags } from '../flags.js';
import { setupsText, setupText } from '../output/setup-text.js';
import { remarkLeftOut, viewerOf } from '../select-sites.js';
import { errorOfSetup, errorOfSetups, stepProgress } from '../setup-run.js';
import { NEW_SITE_FLAGS, newSiteFields } from '../site-fields.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  arguments: [
    { name: '[domain]', help: 'a domain, or a sub-domain of a zone; by default CLOUDFLARE_DOMAIN' },
  ],
  flags: [
    { flags: '--all', help: 'every site of the catalogue', group: 'Selection' },
    { flags: '--account <id>', help: 'look in this account only', group: 'Selection' },
    {
      flags: '--dns-target <ip-or-host>',
      help: 'the origin: make the records that are missing, proxied, and let them lead there',
      group: 'Change',
    },
    {
      flags: '--ssl <mode>',
      help: 'raise the SSL mode of the zone, if its origins are seen to support it; auto: as far as they do',
      group: 'Change',
      choices: SSL_CHOICES,
    },
    ...NEW_SITE_FLAGS,
    { flags: '-n, --dry-run', help: 'look, and say what would be done; change nothing', group: 'Safety' },
    ...CONFIRMATION_FLAGS,
  ],
  description:
    'Brings a domain under maint with nothing but a token: finds its zone and account, looks at permissions, DNS,\n' +
    'SSL and Workers, rehearses with a Worker on a path of its own, adds the site and has it checked. Records and\n' +
    'the SSL mode change only where a flag or an answer says so; no record is edited, no mode lowered. Run it again\n' +
    'after an interruption; teardown removes what it made.',
  examples: [
    ['maint setup shop.example', 'look at everything, rehearse, add the site'],
    [
      'maint setup shop.example --dns-target 203.0.113.7 --ssl auto',
      'also make missing records, raise the SSL mode',
    ],
    ['maint setup shop.example --dry-run', 'only look'],
    ['maint setup --all --json', 'every site of the catalogue, for a script'],
  ],
  run: async (input, context) => {
    const { flags } = input;
    const options = readOptions(flags, context);
    return flags.on('all') ? setUpAll(options, input, context) : setUpOne(options, input, context);
  },
};

type Given = Omit<SetupOptions, 'actor'>;

function readOptions(flags: Flags, context: Context): Given {
  const fields = newSiteFields(flags, 'setup');
  const ssl = SSL_CHOICES.find((mode) => mode === flags.text('ssl'));
  const dnsTarget = flags.text('dnsTarget');
  const accountId = flags.text('account');
  const asks = context.terminal.canPrompt && !context.json && !flags.on('yes') && !flags.on('force');
  return {
    ...fields,
    ...(ssl === undefined ? {} : { ssl }),
    ...(dnsTarget === undefined ? {} : { dnsTarget }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(asks ? { ask: (message: string) => askPerson(message, context) } : {}),
    dryRun: flags.on('dryRun'),
    force: flags.on('force'),
    stop: context.terminal.watch.stop,
  };
}

function askPerson(message: string, context: Context): Promise<boolean> {
  context.endProgress();
  return context.terminal.ask({ message });
}

async function setUpOne(options: Given, { args, flags }: Input, context: Context): Promise<Reply> {
  const domain = args[0] ?? context.config().domain;
  if (domain === null) {
    throw new MaintError('usage', 'Nothing is named to set up.', {
      hint: "Name a domain, set CLOUDFLARE_DOMAIN, or say '--all'. Nothing was sent.",
    });
  }
  const maint = await context.maint({ readonly: flags.on('dryRun') });
  const report = await maint.setup(normalDomain(domain), { ...options, onStep: stepProgress(context) });
  return setupReply(report);
}

function setupReply(report: SetupReport): Reply {
  const { error: _error, ...fields } = report;
  return reply(report, setupText, { fields, error: errorOfSetup(report) });
}

/** Each site is a setup of its own; what needs an answer is only suggested, for nobody reads sixty questions. */
async function setUpAll(
  { ask: _ask, ...options }: Given,
  { args, flags }: Input,
  context: Context,
): Promise<Reply> {
  const wrong = ['environment', 'project', 'tag', 'owner', 'dnsTarget'].filter((name) => flags.has(name));
  refuseIfWrong(
    [
      ...(args.length > 0 ? ["A domain and '--all' exclude each other."] : []),
      ...wrong.map(
        (name) => `'--${name === 'dnsTarget' ? 'dns-target' : name}' is for one domain, not for '--all'.`,
      ),
    ],
    'setup',
  );
  requireAnswerable(flags, context);
  const maint = await context.maint({ readonly: flags.on('dryRun') });
  const accountId = options.accountId ?? context.config().accountId;
  const visibleTo = viewerOf(flags, { changing: true });
  const { wanted, inactive, leftOut } = sitesToSetUp(maint.store, { accountId, visibleTo });
  remarkLeftOut(leftOut, context);
  const count = wanted.length;
  const catalogued = maint.store.sites.count();
  if (count + inactive.length === 0) throw nothingToSetUp(catalogued, accountId, leftOut);
  if (!flags.on('dryRun') && count > 0) {
    await confirm({ does: 'Set up', count, catalogued, all: true }, flags, context);
  }
  let done = 0;
  context.onProgress({ type: 'phase', phase: 'setup', total: count });
  const reports = await maint.setupAll({
    ...options,
    ...(visibleTo === null ? {} : { visibleTo }),
    onReport: () => {
      done += 1;
      context.onProgress({ type: 'step', done, total: count });
    },
  });
  const failed = reports.filter(({ success }) => !success).length;
  const skipped = reports.filter(isPassedOver).length;
  const succeeded = reports.length - failed - skipped;
  const summary = { selected: reports.length, succeeded, failed, skipped };
  return reply(reports, setupsText, {
    fields: { dryRun: flags.on('dryRun'), summary, sites: reports },
    error: errorOfSetups(reports),
  });
}

function nothingToSetUp(catalogued: number, accountId: string | null, leftOut: number): MaintError {
  if (leftOut > 0) {
    return new MaintError('nothing-selected', 'Every site here is owned by somebody else and not shared.', {
      hint: "Ask for a share; 'maint list' without '--as' names the owners.",
    });
  }
  if (catalogued > 0) {
    return new MaintError('nothing-selected', `No site of the catalogue is in the account ${accountId}.`, {
      hint: "'maint auth list' names the accounts that your tokens see.",
    });
  }
  return new MaintError('nothing-selected', 'The catalogue is empty.', {
    hint: "'maint discover' imports every zone; 'maint setup <domain>' begins with one.",
  });
}
