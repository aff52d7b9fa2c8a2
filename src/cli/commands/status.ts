import type { Maint } from '../../maint.js';
import type { StatusReport } from '../../maintenance/types.js';
import { counted } from '../../model/counted.js';
import { type ErrorCode, MaintError } from '../../model/errors.js';
import { warnPiped } from '../changing-run.js';
import { type CommandDefinition, type Context, type Input, type Reply, reply } from '../command.js';
import { readNumber } from '../number-flag.js';
import { statusText } from '../output/status-text.js';
import { selectSites } from '../select-sites.js';
import { exitCodeOfStop } from '../stop-signals.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [
    { flags: '--offline', help: 'only what is recorded; no request is sent', group: 'Options' },
    { flags: '--verify', help: 'also look at the sites through the edge', group: 'Options' },
    { flags: '--watch <seconds>', help: 'again and again, until stopped', group: 'Output' },
    { flags: '--exit-code', help: 'exit 10 where there is drift', group: 'Output' },
  ],
  description:
    'What is recorded beside what Cloudflare shows. Without a selection: every site. Drift is where the two\n' +
    'differ; dodging is where some URLs get round the page.',
  examples: [
    ['maint status', 'every site'],
    ['maint status --state maintenance --verify', 'what is up, looked at from outside'],
    ['maint status --exit-code --quiet', 'in a pipeline: 10 where there is drift'],
  ],
  run: async (input, context) => {
    const { flags } = input;
    const problems: string[] = [];
    const seconds = readNumber(flags, 'watch', { from: 1, to: 86_400 }, problems);
    if (flags.on('offline') && flags.on('verify'))
      problems.push("'--offline' and '--verify' exclude each other.");
    refuseIfWrong(problems, 'status');
    const maint = await context.maint({ readonly: flags.on('offline') && seconds === undefined });
    if (seconds === undefined) return look(input, context, maint);
    return watch(seconds, () => look(input, context, maint), context);
  },
};

async function look(input: Input, context: Context, maint: Maint): Promise<Reply> {
  const { flags } = input;
  const sites = await selectSites(input, context, maint.store);
  const report = await maint.status(sites, { offline: flags.on('offline'), verify: flags.on('verify') });
  context.endProgress();
  if (report.sites.length === 0) context.say("No site to look at; 'maint list' shows the catalogue.");
  warnPiped(report.warnings, context);
  const out = (data: StatusReport, view: Context['out']) =>
    statusText(data, { ...view, now: context.terminal.now() });
  return reply(report, out, {
    error: unreadError(report) ?? (flags.on('exitCode') ? driftError(report) : null),
  });
}

/** Runs until the soft stop: a fresh screen each time on a terminal, else one answer after the other. */
async function watch(seconds: number, once: () => Promise<Reply>, context: Context): Promise<Reply> {
  const { terminal } = context;
  terminal.watch.announce('');
  while (true) {
    const answer = await once();
    if (context.out.person && !context.json) terminal.stdout.write(FRESH_SCREEN);
    if (terminal.watch.stop.aborted) return stopped(answer, context);
    context.emit(answer);
    await terminal.sleep(seconds * 1_000);
    if (terminal.watch.stop.aborted) {
      return stopped({ ...answer, text: () => '', fields: () => ({ stopped: true }) }, context);
    }
  }
}

/** What the last look found wrong says more than the signal that ended the watch. */
function stopped(answer: Reply, { terminal }: Context): Reply {
  return answer.error === null ? { ...answer, exitCode: exitCodeOfStop(terminal.watch) } : answer;
}

/** Clears the screen and puts the cursor at its top left. */
const FRESH_SCREEN = '\u001b[2J\u001b[H';

/** Sites that could not be looked at are no sites without drift. */
function unreadError({ sites }: StatusReport): MaintError | null {
  const errors = sites.flatMap((site) => site.error ?? []);
  const [first] = errors;
  if (first === undefined) return null;
  const hint = first.hint ?? undefined;
  if (errors.length === sites.length) return new MaintError(first.code as ErrorCode, first.message, { hint });
  const message = `${counted(errors.length, 'site')} of ${sites.length} could not be read: ${first.message}`;
  return new MaintError('partly-done', message, { hint });
}

function driftError(report: StatusReport): MaintError | null {
  const drifted = report.sites.filter((site) => site.drift || site.verified === false).length;
  if (drifted === 0) return null;
  return new MaintError('drift', `${counted(drifted, 'site')} not as recorded.`, {
    hint: "Look at the remarks; 'maint enable' or 'maint disable' brings them in line.",
  });
}
