/** argv in, exit code out. Loads the program only where it is needed: a version number is asked for impatiently. */
import type { Environment } from '../config.js';
import { packageVersion } from '../package-files.js';
import type { Services } from './services.js';
import type { Terminal } from './terminal.js';

/**
 * Runs one command line and resolves to its exit code; never rejects. Results go to stdout, talk to stderr;
 * with `--json` anywhere in argv stdout is one JSON document, whatever happens.
 */
export async function main(
  argv: readonly string[],
  terminal: Terminal,
  env: Environment,
  services?: Services,
): Promise<number> {
  try {
    const quick = await quickAnswer(argv, env, services);
    if (quick !== null) {
      terminal.stdout.write(quick);
      return 0;
    }
    const { runCommandLine } = await import('./run-command-line.js');
    const parts = { services: await orRealServices(services), version: packageVersion() };
    return await runCommandLine(argv, terminal, env, parts);
  } finally {
    terminal.watch.dispose();
  }
}

/** What is asked too often, or too impatiently, to load the whole program for it. */
async function quickAnswer(
  argv: readonly string[],
  env: Environment,
  services: Services | undefined,
): Promise<string | null> {
  const [word, kind] = argv;
  if (argv.length === 1 && (word === '--version' || word === '-V')) return `${packageVersion()}\n`;
  if (word !== '__complete') return null;
  const { knownValues } = await import('./completion/known-values.js');
  return knownValues(kind, env, (await orRealServices(services)).system);
}

async function orRealServices(services: Services | undefined): Promise<Services> {
  return services ?? (await import('./services.js')).realServices;
}
