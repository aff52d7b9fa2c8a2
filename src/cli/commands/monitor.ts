import type { Maint } from '../../maint.js';
import { anySignal } from '../../model/any-signal.js';
import { MaintError } from '../../model/errors.js';
import type { MonitorPass } from '../../monitoring/types.js';
import { isEmpty } from '../../sites/selection.js';
import { type CommandDefinition, type Context, type Input, type Reply, reply } from '../command.js';
import { MONITOR_FLAGS, readMonitorFlags } from '../monitor-flags.js';
import { runMonitorLoop } from '../monitor-loop.js';
import { passText } from '../output/pass-text.js';
import { selectSites } from '../select-sites.js';
import { selectionOf } from '../selection-flags.js';

/** How long a single pass waits for its own messages before it leaves them to the next. */
const PATIENCE_MS = 10_000;

export const command: CommandDefinition = {
  selectsSites: true,
  flags: MONITOR_FLAGS,
  description:
    "Checks the targets that are due ('maint target add' makes some) and does what they ask for: puts the page up " +
    'on sites that are down, and takes it away when they are up again. It lifts only pages that it put up itself. ' +
    'Without --once it runs until it is stopped. Where a monitor runs already, it ends at once with exit 0.',
  examples: [
    ['maint monitor', 'until it is stopped'],
    ['maint monitor --once --quiet', 'for cron, each minute'],
    ['maint monitor --once --now --dry-run', 'what it would do now'],
    ['maint monitor --metrics 127.0.0.1:9464', 'with metrics for Prometheus'],
  ],
  run: async (input, context) => {
    const request = readMonitorFlags(input.flags);
    const maint = await context.maint({ readonly: request.monitor.dryRun });
    const domains = await domainsOf(input, context, maint);
    const { stop: asked } = context.terminal.watch;
    const stop = request.once ? anySignal(asked, AbortSignal.timeout(request.maxRuntimeMs)) : asked;
    const monitor = maint.monitor({ ...request.monitor, stop, ...(domains === null ? {} : { domains }) });
    warnOfWhatIsMissing(maint, domains, context);
    if (!request.once) return runMonitorLoop(monitor, maint, request, context);
    const pass = await monitor.pass({ now: request.now });
    return passReply(pass, await undelivered(maint, request.monitor.dryRun, stop), context);
  },
};

/** The domains selected, or null for all. */
async function domainsOf(input: Input, context: Context, maint: Maint): Promise<readonly string[] | null> {
  if (isEmpty(selectionOf(input.args, input.flags)) || input.flags.on('all')) return null;
  const sites = await selectSites(input, context, maint.store, { changing: true });
  return sites.map(({ domain }) => domain);
}

function warnOfWhatIsMissing(maint: Maint, domains: readonly string[] | null, context: Context): void {
  const targets = maint.store.targets.list(domains === null ? {} : { domains });
  if (targets.length === 0) context.say("There are no targets yet: 'maint target add' makes some.");
  if (
    maint.config.token === null &&
    targets.some(({ autoEnable, autoDisable }) => autoEnable || autoDisable)
  ) {
    context.warn('There is no API token: sites are checked, but no page can be put up or taken down.');
  }
}

async function undelivered(
  { notifier }: Maint,
  dryRun: boolean,
  stop: AbortSignal,
): Promise<readonly string[]> {
  if (dryRun) return [];
  const left = await notifier.deliver({ patienceMs: PATIENCE_MS, stop });
  return left.flatMap(({ channel, why }) =>
    why === null ? [] : [`A message to '${channel}' was not sent yet: ${why}. The next pass tries again.`],
  );
}

function passReply(pass: MonitorPass, warnings: readonly string[], context: Context): Reply {
  if (pass.alreadyRunning !== null) {
    const { pid, host, since } = pass.alreadyRunning;
    context.say(`Already running: process ${pid} on ${host}, since ${since}.`);
  }
  // A person reads it in the answer itself.
  if (pass.held !== null && (context.json || !context.out.person)) context.warn(pass.held);
  for (const warning of warnings) context.warn(warning);
  return reply(pass, passText, { error: errorOf(pass, context.terminal.watch.stop.aborted) });
}

function errorOf({ interrupted, actions }: MonitorPass, byHand: boolean): MaintError | null {
  if (interrupted) {
    const what = 'Stopped before the end: checks that were under way do not count.';
    if (byHand) return new MaintError('interrupted', what);
    return new MaintError('failed', `${what} The pass took longer than '--max-runtime' allows.`, {
      hint: 'The next pass goes on. More at a time (--concurrency) or shorter timeouts make it quicker.',
    });
  }
  const failed = actions.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return null;
  const what = `The monitor could not act on ${failed.map(({ domain }) => domain).join(', ')}.`;
  return new MaintError(failed.length < actions.length ? 'partly-done' : 'failed', what, {
    problems: failed.map(({ domain, action, reason }) => `${domain}, ${action}: ${reason}`),
    hint: 'The next pass tries again.',
  });
}
