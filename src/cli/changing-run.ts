/** Print, then brake, then ask, then act: what `enable` and `disable` share once the work is prepared. */
import type { Prepared, RunReport } from '../maintenance/types.js';
import { MaintError } from '../model/errors.js';
import type { SitePlan } from '../model/plan.js';
import { requireWritable } from '../model/read-only.js';
import type { Context, FlagDefinition, Reply } from './command.js';
import { reply } from './command.js';
import { CONFIRMATION_FLAGS, confirm } from './confirmation.js';
import { EXIT, type ExitCode, errorOfRun } from './exit-codes.js';
import type { Flags } from './flags.js';
import { planText } from './output/plan-text.js';
import { oneLine } from './output/printable.js';
import { runText } from './output/run-text.js';
import type { View } from './output/view.js';

export const SAFETY_FLAGS: readonly FlagDefinition[] = [
  { flags: '-n, --dry-run', help: 'show the plan; change nothing', group: 'Safety' },
  { flags: '--exit-code', help: 'with --dry-run: exit 10 where there are changes to make', group: 'Safety' },
  { flags: '--concurrency <n>', help: 'sites worked on at the same time, 1 to 50', group: 'Safety' },
  { flags: '--no-verify', help: 'do not look at the sites afterwards', group: 'Safety' },
  ...CONFIRMATION_FLAGS,
];

export interface Asked {
  /** `Put the page up on`. */
  readonly does: string;
  readonly catalogued: number;
  readonly all: boolean;
}

/** Takes a prepared run through plan, guards and question to its report. */
export async function carryOut(
  prepared: Prepared,
  asked: Asked,
  flags: Flags,
  context: Context,
): Promise<Reply> {
  context.endProgress();
  const planned = prepared.plan.sites.filter(isChanging).length;
  if (flags.on('dryRun')) return dryRunReply(prepared, flags, planned);
  requireWritable(context.config());
  const refusal = flags.on('force') ? null : refusalOf(prepared);
  if (refusal !== null) {
    prepared.recordRefusal();
    // A plan that will not be carried out is for scripts to look into; a person needs to know why.
    return reply(prepared.preview(), () => '', { error: refusal });
  }
  const shown = planned > 0 && context.show(planText(prepared, context.err));
  if (flags.on('force'))
    for (const overridden of prepared.refusals) context.warn(`Overridden: ${overridden}`);
  if (planned > 0) await confirm({ ...asked, count: planned }, flags, context);
  const report = await prepared.apply();
  const told = shown && (context.err.person || !context.out.person) ? prepared.plan.warnings : [];
  const untold = report.warnings.filter((warning) => !told.includes(warning));
  warnPiped(untold, context);
  return reply({ ...report, warnings: untold }, runText, { fields: report, error: errorOfRun(report) });
}

/** Warnings are part of what a person and a JSON document are told; a pipe gets them on stderr. */
export function warnPiped(warnings: readonly string[], context: Context): void {
  if (context.json || context.out.person) return;
  for (const warning of warnings) context.warn(warning);
}

/** A site in conflict may also have routes that are put back. */
function isChanging({ outcome, changes }: SitePlan): boolean {
  return outcome === 'planned' || changes.length > 0;
}

/** A report as the answer of a command. */
export function runReply(report: RunReport, error: MaintError | null): Reply {
  return reply(report, runText, { error });
}

function dryRunReply(prepared: Prepared, flags: Flags, planned: number): Reply {
  const report = prepared.preview();
  const error = (flags.on('force') ? null : refusalOf(prepared)) ?? errorOfRun(report);
  const changes = error === null && planned > 0 && flags.on('exitCode');
  const code: { exitCode?: ExitCode } = changes ? { exitCode: EXIT.changes } : {};
  const text = (data: RunReport, view: View) =>
    view.person
      ? `${planText(prepared, view)}${view.palette.dim('Dry run: nothing was changed.')}\n`
      : planLines(data);
  return reply(report, text, { error, ...code });
}

/** One line a change for pipes: site, outcome, action, pattern, script before and after. */
function planLines(report: RunReport): string {
  const rows = report.sites.flatMap((site) => {
    if (site.changes.length === 0) return [[site.domain, site.outcome, '', '', '', '']];
    return site.changes.map(({ action, pattern, before, after }) => [
      site.domain,
      site.outcome,
      action,
      pattern,
      before ?? '',
      after ?? '',
    ]);
  });
  return rows.map((row) => `${row.map(oneLine).join('\t')}\n`).join('');
}

function refusalOf({ refusals }: Prepared): MaintError | null {
  const [only] = refusals;
  if (only === undefined) return null;
  const hint = "Narrow the selection, or override with '--force'. Nothing was changed.";
  if (refusals.length === 1) return new MaintError('guard-refused', only, { hint });
  return new MaintError('guard-refused', `${refusals.length} guards refuse this.`, {
    hint,
    problems: refusals,
  });
}
