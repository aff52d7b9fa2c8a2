/** The monitor as a service: passes, messages and metrics until somebody stops it. */

import type { Maint } from '../maint.js';
import { anySignal } from '../model/any-signal.js';
import type { Monitor, MonitorPass } from '../monitoring/types.js';
import { type Context, type Reply, reply } from './command.js';
import type { MonitorRequest } from './monitor-flags.js';
import { loopText } from './output/pass-text.js';
import { exitCodeOfStop } from './stop-signals.js';

/** How long the end waits for messages: a stop takes 7 s at most. */
const LAST_PATIENCE_MS = 500;

/** Runs until the soft stop; the last document says how much was done. */
export async function runMonitorLoop(
  monitor: Monitor,
  maint: Maint,
  request: MonitorRequest,
  context: Context,
): Promise<Reply> {
  const { terminal } = context;
  const dryRun = request.monitor.dryRun;
  const totals = { passes: 0, checks: 0, actions: 0 };
  const metrics = await openMetrics(maint, request, context);
  const onPass = (pass: MonitorPass) => {
    if (pass.alreadyRunning !== null) return;
    totals.passes += 1;
    totals.checks += pass.checked;
    totals.actions += pass.actions.length;
    metrics?.observe(pass);
    context.emit(reply(pass, (data, view) => loopText(data, { ...view, now: terminal.now() })));
  };
  const ended = new AbortController();
  const messages = dryRun
    ? Promise.resolve()
    : maint.notifier.serve(anySignal(terminal.watch.stop, ended.signal));
  terminal.watch.announce('Stopping: checks under way are cut, changes under way are finished.');
  try {
    if (request.now) onPass(await monitor.pass({ now: true }));
    const holder = await monitor.loop({
      onPass,
      onError: (error) => context.warn(error.message),
      ...(request.tickMs === undefined ? {} : { tickMs: request.tickMs }),
    });
    if (holder !== null) {
      context.say(`Already running: process ${holder.pid} on ${holder.host}, since ${holder.since}.`);
      return reply({ checked: 0, held: null, checks: [], actions: [], alreadyRunning: holder }, () => '');
    }
    return reply({ stopped: true, ...totals }, () => '', { exitCode: exitCodeOfStop(terminal.watch) });
  } finally {
    ended.abort();
    await messages;
    if (!dryRun) await flush(maint, terminal.watch.signal);
    await metrics?.close();
  }
}

async function flush({ notifier }: Maint, stop: AbortSignal): Promise<void> {
  await notifier.deliver({ patienceMs: LAST_PATIENCE_MS, evenEarly: true, stop });
}

async function openMetrics(maint: Maint, { metrics }: MonitorRequest, context: Context) {
  if (metrics === null) return null;
  const [{ monitorMetrics }, { serveMetrics }] = await Promise.all([
    import('../metrics/monitor-metrics.js'),
    import('../metrics/serve.js'),
  ]);
  const counts = monitorMetrics(maint.store);
  const server = await serveMetrics(metrics, counts.text);
  context.say(`Metrics are at ${server.url}.`);
  return { observe: counts.observe, close: server.close };
}
