/** Flags that every command takes, before or after its name. */
import { Option } from 'commander';

/** Fresh options for one program; `--yes` and `--force` are shown by the commands that ask. */
export function globalOptions(): Option[] {
  return [
    new Option('--json', 'exactly one JSON document on stdout'),
    new Option('-q, --quiet', 'no talk, only results and failures'),
    new Option('-v, --verbose', 'say more; twice: a line for each HTTP exchange')
      .default(0)
      .argParser(countUp),
    new Option('--max-wait <duration>', 'how long to wait for the rate limit in all (default: 10m)'),
    new Option('--no-color', 'no colours'),
    new Option('--db <file>', 'the SQLite file (MAINT_DB)'),
    new Option(
      '--as <name>',
      'who acts (MAINT_ACTOR); only sites of theirs, shared with them or of nobody are seen',
    ),
    new Option('--connect-to <host:port>', 'probes connect here, not to the site (MAINT_CONNECT_TO)'),
    new Option(
      '--api-token <token>',
      'the token; visible in the process list, so prefer CLOUDFLARE_API_TOKEN',
    ),
    new Option('-y, --yes', 'do not ask').hideHelp(),
    new Option('--force', 'do not ask, and override guards').hideHelp(),
  ];
}

/** One line that names them, under the flags of a command. */
export function globalFlagsLine(): string {
  const names = globalOptions()
    .filter((option) => !option.hidden)
    .map((option) => option.long);
  return `\nFlags of every command ('maint --help'):\n  ${names.join(' ')}`;
}

function countUp(_value: string, count: number): number {
  return count + 1;
}
