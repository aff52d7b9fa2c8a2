/** What changes of the catalogue share: finding sites by name, writing the log, answering with the sites. */
import { MaintError } from '../model/errors.js';
import type { Site } from '../model/site.js';
import { normalDomain } from '../sites/domain-name.js';
import { didYouMean } from '../sites/nearest.js';
import type { Store } from '../store/store.js';
import { type Context, type Reply, reply } from './command.js';
import { siteJson } from './output/site-json.js';
import { siteTable } from './output/site-table.js';

/** The site of the one domain named; throws `unknown-name` with the nearest one. */
export function requireSites(args: readonly string[], store: Store): readonly [Site] {
  const domain = normalDomain(args[0] ?? '');
  const site = store.sites.byDomain(domain);
  if (site !== null) return [site];
  throw new MaintError(
    'unknown-name',
    `There is no site '${domain}'.${didYouMean(domain, store.sites.domains())}`,
    {
      hint: "'maint list' shows what there is.",
    },
  );
}

/** Writes one log line for each site, in the transaction of the change itself. */
export function changeSites(
  sites: readonly Pick<Site, 'domain'>[],
  entry: { readonly action: string; readonly message: string },
  store: Store,
  context: Context,
  change: (now: string) => void,
): void {
  const now = context.terminal.now().toISOString();
  const { actor } = context.config();
  store.transaction(() => {
    change(now);
    store.log.write(
      sites.map(({ domain }) => ({
        at: now,
        level: 'info' as const,
        actor,
        domain,
        eventId: null,
        runId: null,
        ...entry,
      })),
    );
  });
}

/** The sites as they are now, read again by their domains. */
export function changedReply(domains: readonly string[], store: Store): Reply {
  const sites = domains.flatMap((domain) => store.sites.byDomain(domain) ?? []);
  return reply(sites, siteTable, {
    fields: { changed: sites.length, sites: sites.map(siteJson) },
  });
}
