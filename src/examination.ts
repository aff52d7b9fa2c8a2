/** Gathers what `maint doctor` examines: this machine, the store, the tokens, the sites. */
import { randomBytes } from 'node:crypto';
import type { TokenClient } from './cloudflare/clients.js';
import { proxyFor } from './cloudflare/transport/pool.js';
import { type Config, withoutUserinfo } from './config.js';
import type { Site } from './model/site.js';
import { type Examination, examine } from './setup/prerequisites/examine.js';
import type { RunFacts } from './setup/prerequisites/machine.js';
import { interruptedSetups } from './setup/rehearse.js';
import { exposedFile, storeHealth } from './store/health.js';
import { sqliteVersion } from './store/sqlite.js';
import type { Store } from './store/store.js';

export interface ExamineOptions {
  /** Sites whose coverage at Cloudflare is looked at too, about two calls a zone. Default none. */
  readonly sites?: readonly Site[];
  /** The store to examine, where it is not the one that is open: a damaged one cannot be opened. */
  readonly storePath?: string;
}

export interface ExaminationParts {
  readonly config: Config;
  readonly store: Store;
  readonly tokens: () => readonly TokenClient[];
  readonly clock: () => Date;
}

/** Looks at everything and changes nothing; what is wrong is a finding, never an error. */
export async function examineInstallation(
  { config, store, tokens, clock }: ExaminationParts,
  { sites = [], storePath = config.dbPath }: ExamineOptions = {},
): Promise<Examination> {
  const health = await storeHealth(storePath);
  const opened = storePath === store.path;
  const proxy = proxyFor(new URL(config.baseUrl), config.proxy);
  return examine({
    machine: {
      node: process.versions.node,
      sqlite: sqliteVersion(),
      baseUrl: config.baseUrl,
      proxy: proxy === null ? null : withoutUserinfo(proxy),
      store: health,
      exposedTokenFile: config.tokenFile === null ? null : exposedFile(config.tokenFile),
      runs: opened ? runFacts(store, clock()) : null,
    },
    tokens,
    givenFrom: config.tokenSource ?? 'the token that was passed',
    catalogue: store.sites.select(),
    sites,
    accountId: config.accountId,
    clock,
    unusedId: () => randomBytes(16).toString('hex'),
  });
}

function runFacts(store: Store, now: Date): RunFacts {
  const open = store.events.openSites().filter(({ state }) => state === 'opening' || state === 'closing');
  return {
    sites: store.sites.count(),
    holders: store.locks.holders(now.getTime()),
    unfinished: [...new Set(open.map(({ domain }) => domain))].sort(),
    unsettled: store.operations.unsettled().length,
    setups: interruptedSetups({ store }),
  };
}
