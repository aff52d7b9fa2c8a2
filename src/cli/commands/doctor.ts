import type { Maint } from '../../maint.js';
import { counted } from '../../model/counted.js';
import { type ErrorCode, MaintError } from '../../model/errors.js';
import type { Site } from '../../model/site.js';
import type { Examination } from '../../setup/prerequisites/examine.js';
import { isEmpty } from '../../sites/selection.js';
import { type CommandDefinition, type Context, type Input, reply } from '../command.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { examinationText } from '../output/examination-text.js';
import { selectSites } from '../select-sites.js';
import { selectionOf } from '../selection-flags.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [
    {
      flags: '--sites',
      help: 'also look at every site at Cloudflare: about two calls a zone',
      group: 'Options',
    },
  ],
  description:
    'Looks at everything that maint needs: this machine, the store, the API token and its permissions. Changes\n' +
    'nothing: permissions to change are asked for with changes of things that do not exist. With --sites, or a\n' +
    'selection, also whether visitors of these sites would see a page. Exit 0 also with warnings; else 1, or 4\n' +
    'where it is the token, or 9 where it is the store.',
  examples: [
    ['maint doctor', 'before the first use, and when something does not work'],
    ['maint doctor --sites --state active', 'would visitors of every active site see a page?'],
    ['maint doctor shop.example --json', 'one site, for a script'],
  ],
  run: async (input, context) => {
    const { maint, storePath } = await openForLooking(context);
    const sites = await sitesOf(input, context, maint);
    const report = await maint.examine({ sites, storePath });
    context.endProgress();
    return reply(report, examinationText, { error: errorOf(report) });
  },
};

/** A store that cannot be opened is a finding; the token can be looked at all the same. */
async function openForLooking(context: Context): Promise<{ maint: Maint; storePath: string }> {
  const storePath = context.config().dbPath;
  try {
    return { maint: await context.maint({ readonly: true }), storePath };
  } catch (error) {
    if (!(error instanceof MaintError) || exitCodeOf(error.code) !== EXIT.store) throw error;
    return { maint: await context.maint({ withoutStore: true }), storePath };
  }
}

async function sitesOf(input: Input, context: Context, maint: Maint): Promise<readonly Site[]> {
  const wanted = input.flags.on('sites') || !isEmpty(selectionOf(input.args, input.flags));
  return wanted ? selectSites(input, context, maint.store) : [];
}

/** What failed, the token first and the store second: without them nothing else works. */
function errorOf({ checks }: Examination): MaintError | null {
  const failed = checks.filter((check) => check.status === 'failed');
  const codes = failed.map((check) => (check.code ?? 'failed') as ErrorCode);
  const [first] = failed;
  if (first === undefined) return null;
  const code =
    codes.find((each) => exitCodeOf(each) === EXIT.auth) ??
    codes.find((each) => exitCodeOf(each) === EXIT.store) ??
    'failed';
  const told = failed[codes.indexOf(code)] ?? first;
  const more = failed.length > 1 ? ` (and ${counted(failed.length - 1, 'more failure')})` : '';
  return new MaintError(
    code,
    `${told.area === 'sites' ? told.subject : told.title}: ${told.message.replace(/\.$/, '')}${more}.`,
    {
      hint: told.nextStep ?? undefined,
    },
  );
}
