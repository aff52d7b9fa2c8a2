/** What must be right on this machine: programs, the store and its files, and no run half done. */

import { counted, nameSome } from '../../model/counted.js';
import type { OpenFile, StoreHealth } from '../../store/health.js';
import type { LockHolder } from '../../store/store.js';
import { failed, ok, type Prerequisite, warning } from './prerequisite.js';

export interface MachineFacts {
  /** `20.19.1`. */
  readonly node: string;
  readonly sqlite: string;
  readonly baseUrl: string;
  /** Through which requests to the API go, without user name and password; null where they go straight. */
  readonly proxy: string | null;
  readonly store: StoreHealth;
  /** The file that the token was read from, where others than its owner may get at it. */
  readonly exposedTokenFile: OpenFile | null;
  /** Null where the store cannot be opened. */
  readonly runs: RunFacts | null;
}

export interface RunFacts {
  readonly sites: number;
  readonly holders: readonly LockHolder[];
  /** Domains at which a run began something and did not finish it. */
  readonly unfinished: readonly string[];
  /** Changes of which nobody knows whether they were made. */
  readonly unsettled: number;
  /** Domains whose setup or teardown began something and did not finish it. */
  readonly setups: readonly string[];
}

/** package.json, `engines`. */
const OLDEST_NODE = [20, 19] as const;
const MIB = 1 << 20;
/** A backup before a migration and the write-ahead log need room beside the store. */
const LITTLE_DISK = 100 * MIB;
const NO_DISK = 10 * MIB;

export const MACHINE_PREREQUISITES: readonly Prerequisite<MachineFacts>[] = [
  {
    id: 'node',
    title: 'Node.js',
    area: 'machine',
    check: ({ node }) => {
      const [major = 0, minor = 0] = node.split('.').map(Number);
      const [needMajor, needMinor] = OLDEST_NODE;
      if (major > needMajor || (major === needMajor && minor >= needMinor)) return ok(`Version ${node}.`);
      return failed(`Version ${node} is older than ${needMajor}.${needMinor}.`);
    },
    nextStep: 'Install a newer Node.js, best one with long-term support.',
  },
  {
    id: 'sqlite',
    title: 'SQLite',
    area: 'machine',
    // A version that can damage a store is refused before anything else is done.
    check: ({ sqlite }) => ok(`Version ${sqlite}.`),
    nextStep: 'Install better-sqlite3 again.',
  },
  {
    id: 'proxy',
    title: 'Way to the API',
    area: 'machine',
    check: ({ proxy, baseUrl }) =>
      ok(proxy === null ? `Straight to ${baseUrl}.` : `To ${baseUrl} through the proxy ${proxy}.`),
    nextStep: 'Check HTTPS_PROXY and NO_PROXY.',
  },
  {
    id: 'disk',
    title: 'Free disk space',
    area: 'store',
    when: ({ store }) => (store.freeBytes === null ? 'The operating system does not tell.' : null),
    check: ({ store }) => {
      const free = store.freeBytes ?? 0;
      const text = `${Math.floor(free / MIB).toLocaleString('en-US')} MiB are free where the store is.`;
      if (free < NO_DISK) return failed(text, undefined, 'store-unwritable');
      return free < LITTLE_DISK ? warning(text) : ok(text);
    },
    nextStep: 'Make room: without it no change can be recorded, so none is made.',
  },
  {
    id: 'store',
    title: 'Store',
    area: 'store',
    when: ({ store }) =>
      store.exists ? null : `${store.path} is not made yet: \`maint discover\` makes it.`,
    check: ({ store, runs }) => {
      const { fault, danglingRows } = store;
      if (fault !== null) return failed(fault.message, fault.hint ?? undefined, 'store-damaged');
      if (danglingRows > 0)
        return failed(
          `${counted(danglingRows, 'row refers', 'rows refer')} to rows that are gone.`,
          undefined,
          'store-damaged',
        );
      return ok(`${store.path} is whole, ${counted(runs?.sites ?? 0, 'site')}.`);
    },
    nextStep: 'Put a backup in its place, or move it away and run `maint recover`.',
  },
  {
    id: 'store-modes',
    title: 'Access to the store',
    area: 'store',
    when: ({ store }) => (store.exists ? null : 'There is no store yet.'),
    check: ({ store: { exposed } }) => {
      if (exposed.length === 0) return ok('Its owner alone can read it.');
      const files = exposed.map(({ path, mode }) => `${path} (${mode})`).join(', ');
      return warning(`Others on this machine can get at ${files}.`);
    },
    nextStep: 'Run `chmod go-rwx` on them: the store holds bypass secrets.',
  },
  {
    id: 'token-file',
    title: 'Access to the token',
    area: 'token',
    check: ({ exposedTokenFile: file }) =>
      file === null
        ? ok('It comes from no file that others may read.')
        : warning(`Others on this machine can get at ${file.path} (${file.mode}).`),
    nextStep: 'Run `chmod go-rwx` on it, unless the platform mounts it so and nobody else is on the machine.',
  },
  {
    id: 'backup',
    title: 'Newest backup',
    area: 'store',
    when: ({ store, runs }) => {
      if (!store.exists) return 'There is no store yet.';
      return (runs?.sites ?? 1) === 0 ? 'The catalogue is empty.' : null;
    },
    check: ({ store: { newestBackup, path } }) =>
      newestBackup === null ? warning(`None lies beside ${path}.`) : ok(`${newestBackup} is good.`),
    nextStep: 'Run `maint db backup`; pages that are up can be recovered without one, the catalogue cannot.',
  },
  {
    id: 'locks',
    title: 'Other runs',
    area: 'runs',
    when: ({ runs }) => (runs === null ? 'The store cannot be opened.' : null),
    check: ({ runs }) => {
      const holders = runs?.holders ?? [];
      if (holders.length === 0) return ok('None is at work.');
      const who = holders.map(
        ({ command, actor, host, pid, since }) => `${command} by ${actor} on ${host} (${pid}) since ${since}`,
      );
      return warning(`At work: ${who.join('; ')}.`);
    },
    nextStep: 'Wait for it; what it holds is free again by itself soon after it ends or dies.',
  },
  {
    id: 'unfinished',
    title: 'Interrupted runs',
    area: 'runs',
    when: ({ runs }) => {
      if (runs === null) return 'The store cannot be opened.';
      return runs.holders.length > 0 ? 'A run is at work.' : null;
    },
    check: ({ runs }) => {
      const { unfinished, unsettled, setups } = runs ?? { unfinished: [], unsettled: 0, setups: [] };
      if (unfinished.length + unsettled + setups.length === 0) return ok('None left anything.');
      const sites = unfinished.length === 0 ? '' : `${nameSome(unfinished)} half done`;
      const changes = unsettled === 0 ? '' : `${counted(unsettled, 'change')} of unknown outcome`;
      const setting = setups.length === 0 ? '' : `${nameSome(setups)} half set up`;
      return warning(`${[sites, changes, setting].filter(Boolean).join(', ')}.`);
    },
    nextStep:
      'Run `maint resume`: it looks at Cloudflare and finishes or undoes them; `maint setup` goes on with a setup.',
  },
];
