import type { SandboxOptions } from '../../sandbox/sandbox.js';
import { ALREADY_SAID, type CommandDefinition, reply } from '../command.js';
import type { Flags } from '../flags.js';
import { readNumber } from '../number-flag.js';
import { exitCodeOfStop } from '../stop-signals.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  arguments: [],
  flags: [
    { flags: '--zones <n>', help: 'that many plain zones instead of the demo sites', group: 'Options' },
    { flags: '--latency <ms>', help: 'added to each answer of the API', group: 'Options' },
    { flags: '--rate-limit <n>', help: 'requests in five minutes; 1200 unless given', group: 'Options' },
    { flags: '--api-port <n>', help: 'any free one unless given', group: 'Options' },
    { flags: '--edge-port <n>', help: 'any free one unless given', group: 'Options' },
    { flags: '--no-edge', help: 'the API only, no sites to visit', group: 'Options' },
  ],
  description:
    'A small Cloudflare on this computer, until it is stopped: its API, and sites that run uploaded Workers.\n' +
    'Prints the environment to use it; no account is needed and nothing leaves the machine.',
  examples: [
    ['maint sandbox', 'a dozen sites of two accounts'],
    ['maint sandbox --zones 500 --latency 120', 'a large fleet, as slow as the real one'],
    ['maint sandbox > sandbox.env &', "in the background; then '. ./sandbox.env' uses it in this shell"],
  ],
  run: async ({ flags }, context) => {
    const options = readOptions(flags);
    const { terminal } = context;
    const sandbox = await context.startSandbox({ ...options, onLog: (line) => context.warn(line) });
    try {
      const { describeEnvironment } = await import('../../sandbox/sandbox.js');
      const environment = describeEnvironment(sandbox);
      terminal.watch.announce('Stopping the sandbox.');
      context.emit(
        reply({ apiUrl: sandbox.apiUrl, edge: sandbox.edge, environment }, (data) =>
          exportLines(data.environment),
        ),
      );
      context.say(`The sandbox answers at ${sandbox.apiUrl}. Ctrl-C stops it.`);
      if (sandbox.edge === null && !flags.off('edge')) {
        context.say("Sites cannot be visited: the npm package 'workerd' is not installed.");
      }
      await terminal.untilStopped();
    } finally {
      await sandbox.close();
    }
    return { ...ALREADY_SAID, exitCode: exitCodeOfStop(terminal.watch) };
  },
};

function readOptions(flags: Flags): SandboxOptions {
  const problems: string[] = [];
  const port = { from: 1, to: 65_535 };
  const zones = readNumber(flags, 'zones', { from: 1, to: 100_000 }, problems);
  const latencyMs = readNumber(flags, 'latency', { from: 0, to: 60_000 }, problems);
  const rateLimit = readNumber(flags, 'rateLimit', { from: 1 }, problems);
  const apiPort = readNumber(flags, 'apiPort', port, problems);
  const edgePort = readNumber(flags, 'edgePort', port, problems);
  refuseIfWrong(problems, 'sandbox');
  return {
    ...(zones === undefined ? {} : { fleet: 'plain' as const, zones }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(apiPort === undefined ? {} : { apiPort }),
    ...(edgePort === undefined ? {} : { edgePort }),
    ...(flags.off('edge') ? { edge: false } : {}),
  };
}

/** Lines for a POSIX shell; single quotes keep every character but their own. */
function exportLines(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
}
