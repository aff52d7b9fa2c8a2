/** What the flags of `monitor` ask for. */
import type { Address } from '../metrics/serve.js';
import type { FlagDefinition } from './command.js';
import type { Flags } from './flags.js';
import { readNumber } from './number-flag.js';
import { readSpan } from './target-flags.js';
import { refuseIfWrong } from './wrong-use.js';

export const MONITOR_FLAGS: readonly FlagDefinition[] = [
  { flags: '--once', help: 'one pass, then end: for cron', group: 'Options' },
  { flags: '--now', help: 'check every target at once, due or not', group: 'Options' },
  {
    flags: '--interval <duration>',
    help: 'how often the loop looks for targets that are due (1s)',
    group: 'Options',
  },
  {
    flags: '--max-runtime <duration>',
    help: 'with --once: a pass that takes longer is stopped (10m)',
    group: 'Options',
  },
  { flags: '--concurrency <n>', help: 'checks at the same time, 1 to 1000 (64)', group: 'Options' },
  {
    flags: '--witness <url>',
    help: "asked whether this machine's network works, before failures count; repeatable; 'none' asks nobody",
    group: 'Safety',
    repeat: true,
  },
  {
    flags: '--max-share <percent>',
    help: 'where 3 or more sites and a larger share turn down together, enable nothing (50)',
    group: 'Safety',
  },
  { flags: '-n, --dry-run', help: 'check and decide; record, tell and change nothing', group: 'Safety' },
  {
    flags: '--metrics <host:port>',
    help: 'serve metrics for Prometheus while the loop runs',
    group: 'Output',
  },
];

const MAX_RUNTIME_MS = 600_000;

export interface MonitorRequest {
  readonly once: boolean;
  readonly now: boolean;
  readonly tickMs: number | undefined;
  /** After how long a single pass is stopped, in milliseconds. */
  readonly maxRuntimeMs: number;
  readonly metrics: Address | null;
  /** What the monitor itself is opened with. */
  readonly monitor: {
    readonly dryRun: boolean;
    readonly concurrency?: number;
    readonly maxShare?: number;
    readonly witnesses?: readonly string[] | 'none';
  };
}

/** Throws one usage error for all that is wrong. */
export function readMonitorFlags(flags: Flags): MonitorRequest {
  const problems: string[] = [];
  const once = flags.on('once');
  const tickMs = readSpan(flags, 'interval', { from: 100, to: 3_600_000 }, problems);
  const maxRuntimeMs = readSpan(flags, 'maxRuntime', { from: 1_000, to: 86_400_000 }, problems);
  const concurrency = readNumber(flags, 'concurrency', { from: 1, to: 1_000 }, problems);
  const maxShare = readNumber(flags, 'maxShare', { from: 1, to: 100 }, problems);
  const witnesses = readWitnesses(flags, problems);
  const metrics = readAddress(flags.text('metrics'), problems);
  if (once && flags.has('interval')) problems.push("'--interval' is for the loop, not for '--once'.");
  if (once && metrics !== null) problems.push("'--metrics' is for the loop, not for '--once'.");
  if (!once && flags.has('maxRuntime')) problems.push("'--max-runtime' is for '--once', not for the loop.");
  refuseIfWrong(problems, 'monitor');
  return {
    once,
    now: flags.on('now'),
    tickMs,
    maxRuntimeMs: maxRuntimeMs ?? MAX_RUNTIME_MS,
    metrics,
    monitor: {
      dryRun: flags.on('dryRun'),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(maxShare === undefined ? {} : { maxShare }),
      ...(witnesses === undefined ? {} : { witnesses }),
    },
  };
}

function readWitnesses(flags: Flags, problems: string[]): readonly string[] | 'none' | undefined {
  const texts = flags.texts('witness');
  if (texts.length === 0) return undefined;
  if (texts.every((text) => text === 'none')) return 'none';
  for (const text of texts) {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !/^https?:$/.test(url.protocol)) {
      problems.push(`'--witness ${text}' is neither an http(s) URL nor, alone, 'none'.`);
    }
  }
  return texts;
}

/** `9464`, `:9464` and `127.0.0.1:9464` are the same: nobody outside is answered unless asked for. */
function readAddress(text: string | undefined, problems: string[]): Address | null {
  if (text === undefined) return null;
  const [, bracketed, plain, digits] =
    /^(?:(?:\[([\da-fA-F:.]+)\]|([^\s:/[\]]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    problems.push(`'--metrics ${text}' is not host:port, such as 127.0.0.1:9464.`);
    return null;
  }
  return { host: bracketed ?? (plain || '127.0.0.1'), port };
}
