/** Steps `site` and `monitoring`: the catalogue knows the site, and it is checked at a URL that answers. */
import { MaintError } from '../model/errors.js';
import type { NewSetupItem } from '../model/setup-item.js';
import type { Site } from '../model/site.js';
import { DEFAULT_POLICY, type TargetPolicy } from '../model/target.js';
import { itemOf, note, zoneOf } from './item-book.js';
import type { StepEnd, Work } from './setup-types.js';
import { siteOfZone } from './site-of-zone.js';
import { writtenFields } from './written-fields.js';

/** Step `site`: adds it, or brings up to date where its zone is. */
export async function ensureSite(work: Work): Promise<StepEnd> {
  const { parts, options, facts, domain } = work;
  const { store } = parts;
  if (facts.site !== null) return refreshSite(work, facts.site);
  if (options.dryRun === true) return { status: 'suggested', message: 'Would be added to the catalogue.' };
  const zone = zoneOf(work);
  const site = store.transaction(() => {
    const now = parts.clock().toISOString();
    store.sites.insert([siteOfZone(domain, zone, facts.token, options)], now);
    const added = store.sites.byDomain(domain);
    if (added === null) throw new MaintError('internal', `${domain} was written but cannot be read.`);
    const item = itemOf(work, { kind: 'site', subject: domain, after: writtenFields(added) });
    noteMade(work, item, String(added.id));
    note(work, { action: 'setup.site', message: 'Added to the catalogue.' });
    return added;
  });
  const { environment } = site;
  return { status: 'changed', message: `Added to the catalogue, as ${environment}.`, learned: { site } };
}

/** What was made here and not at Cloudflare is there as soon as it is committed. */
function noteMade({ parts }: Work, item: NewSetupItem, remoteId: string): void {
  const id = parts.store.setup.intend(item);
  parts.store.setup.settle(id, { state: 'made', remoteId }, item.at);
}

function refreshSite(work: Work, site: Site): StepEnd {
  const { parts, options, facts } = work;
  const zone = zoneOf(work);
  const changes = {
    ...(site.zoneId === zone.id ? {} : { zoneId: zone.id }),
    ...(site.accountId === zone.account.id ? {} : { accountId: zone.account.id }),
    ...(site.active ? {} : { active: true, inactiveReason: null }),
    // Another token than its own is there only where its own is gone, or it never had one.
    ...(facts.token === null || site.token === facts.token ? {} : { token: facts.token }),
    ...(site.plan === zone.planName || zone.planName === null ? {} : { plan: zone.planName }),
  };
  const message = `In the catalogue, as ${site.environment}.`;
  if (Object.keys(changes).length === 0) return { status: 'ok', message };
  if (options.dryRun === true)
    return { status: 'suggested', message: `${message} Would be brought up to date.` };
  parts.store.sites.update([site.id], changes, parts.clock().toISOString());
  return { status: 'changed', message: `${message} Brought up to date with Cloudflare.` };
}

/** Where a site may tell of its health, the first that answers well is taken. */
const PATHS = ['/health/', '/'] as const;

/** Step `monitoring`: a target with a URL that was tried. It never acts by itself before a person says so. */
export async function ensureTarget(work: Work): Promise<StepEnd> {
  const { parts, options, domain } = work;
  const { store } = parts;
  const [known] = store.targets.byDomain(domain);
  if (known !== undefined) return { status: 'ok', message: `${known.url} is checked already.` };
  const details: string[] = [];
  for (const path of PATHS) {
    const policy: TargetPolicy = { ...DEFAULT_POLICY, url: `https://${domain}${path}` };
    const { verdict, statusCode, detail, totalMs } = await parts.tryTarget(domain, policy);
    const seen =
      statusCode === null ? 'did not answer' : `answered ${statusCode} in ${Math.round(totalMs)}ms`;
    if (verdict === 'success') {
      const message = `${policy.url} ${seen}`;
      if (options.dryRun === true)
        return { status: 'suggested', message: `${message}: would be checked.`, details };
      addTarget(work, policy);
      return {
        status: 'changed',
        message: `${message}: 'maint monitor' checks it. Nothing is put up by itself.`,
        details: [`'maint target edit ${domain} --auto-enable --auto-disable' has it act.`],
      };
    }
    details.push(`${policy.url} ${seen}${detail === null ? '' : ` (${detail})`}`);
  }
  return {
    status: 'suggested',
    message: 'No URL answered well: nothing is checked.',
    details: [...details, `'maint target add ${domain} --url <url>' has one checked.`],
  };
}

function addTarget(work: Work, policy: TargetPolicy): void {
  const { parts, domain } = work;
  const { store } = parts;
  store.transaction(() => {
    const target = store.targets.insert(domain, policy, parts.clock().toISOString());
    const item = itemOf(work, { kind: 'target', subject: policy.url, after: JSON.stringify(policy) });
    noteMade(work, item, String(target.id));
    note(work, { action: 'setup.target', message: `Has ${policy.url} checked.` });
  });
}
