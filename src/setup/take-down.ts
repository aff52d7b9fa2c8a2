/** How each kind of thing that setup makes is removed again, and how it is told that somebody changed it since. */
import type { Deletion } from '../cloudflare/api.js';
import { MaintError } from '../model/errors.js';
import type { SetupItem, SetupKind } from '../model/setup-item.js';
import type { TargetPolicy } from '../model/target.js';
import { findMade, isAsMade } from './ensure-dns.js';
import { close, LANDING_MS, LIST_LAG_MS, lookUntilShown } from './item-book.js';
import { sweepRehearsals } from './rehearse.js';
import type { SetupParts, StepEnd, TeardownOptions } from './setup-types.js';
import { rewrittenFields } from './written-fields.js';

/** What was found of an item: gone already, or something to remove, perhaps changed by somebody else. */
type Found =
  | {
      readonly gone: true;
      /** Removes by its id what a list that is behind may not show; null where there was nothing. */
      readonly removeUnlisted?: () => Promise<Deletion | null>;
    }
  | {
      readonly gone: false;
      /** What it is now where it is no longer what setup made, else null. */
      readonly changed: string | null;
      readonly remove: () => Promise<void>;
    };

type Finder = (item: SetupItem, parts: SetupParts, options: TeardownOptions) => Promise<Found>;

const GONE: Found = { gone: true };

/** Removes one item unless somebody made it theirs. @throws MaintError `conflict` where they did */
export async function takeDown(
  item: SetupItem,
  parts: SetupParts,
  options: TeardownOptions,
): Promise<StepEnd> {
  const what = `${NAMES[item.kind]} ${item.subject}`;
  const found = await FINDERS[item.kind](item, parts, options);
  if (found.gone) {
    const deletion = options.dryRun === true ? null : await found.removeUnlisted?.();
    if (options.dryRun !== true) close(parts, item.id);
    if (deletion === 'deleted') return { status: 'changed', message: `${what} is removed.` };
    return { status: 'ok', message: `${what} is gone already.` };
  }
  if (found.changed !== null && options.force !== true) {
    throw new MaintError('conflict', `${what} was changed since: ${found.changed}. It is left as it is.`, {
      hint: 'Give --force to remove it all the same.',
    });
  }
  const [would, did] =
    item.kind === 'ssl'
      ? [`be ${item.before} again`, `is ${item.before} again`]
      : ['be removed', 'is removed'];
  if (options.dryRun === true) return { status: 'suggested', message: `${what} would ${would}.` };
  await found.remove();
  close(parts, item.id);
  return { status: 'changed', message: `${what} ${did}.` };
}

const NAMES: Readonly<Record<SetupKind, string>> = {
  'rehearsal-route': 'The route',
  'rehearsal-script': 'The Worker',
  target: 'The check of',
  site: 'The site',
  'dns-record': 'The record of',
  ssl: 'The setting',
};

const rehearsal: Finder = async (item, parts) => ({
  gone: false,
  changed: null,
  remove: () => sweepRehearsals(parts, [item], parts.cloudflare(item.accountId, item.zoneId)),
});

const FINDERS: Readonly<Record<SetupKind, Finder>> = {
  'rehearsal-route': rehearsal,
  'rehearsal-script': rehearsal,
  target: async (item, { store }) => {
    const target = store.targets.get(Number(item.remoteId));
    if (target === null) return GONE;
    const made = JSON.parse(item.after ?? '{}') as TargetPolicy;
    const keys = Object.keys(made) as (keyof TargetPolicy)[];
    const different = keys.filter((key) => JSON.stringify(made[key]) !== JSON.stringify(target[key]));
    const changed = different.length === 0 ? null : different.join(', ');
    return { gone: false, changed, remove: async () => store.targets.remove(target.id) };
  },
  site: async (item, { store }, options) => {
    const site = store.sites.byDomain(item.subject);
    // A site that somebody added anew under this name is not the one that setup added.
    if (site === null || String(site.id) !== item.remoteId) return GONE;
    const going = options.dryRun === true ? ownTargets(item.domain, store) : [];
    const targets = store.targets
      .byDomain(site.domain)
      .filter(({ id }) => !going.includes(String(id))).length;
    const has = targets > 0 ? [`it has ${targets === 1 ? 'a target' : `${targets} targets`}`] : [];
    const changes = [...rewrittenFields(item.after, site), ...has];
    const changed = changes.length > 0 ? changes.join(', ') : null;
    return { gone: false, changed, remove: async () => store.sites.remove([site.id]) };
  },
  'dns-record': async (item, parts) => {
    const { dns } = parts.cloudflare(item.accountId, item.zoneId);
    const records = async () => (await unlessGone(() => dns.list(item.zoneId))) ?? [];
    const { remoteId } = item;
    if (remoteId === null) {
      const mine = await lookUntilShown(parts, item, LIST_LAG_MS, async () =>
        findMade(item.after, await records()),
      );
      if (mine === undefined) return GONE;
      return {
        gone: false,
        changed: null,
        remove: async () => void (await dns.delete(item.zoneId, mine.id)),
      };
    }
    const record = (await records()).find(({ id }) => id === remoteId);
    if (record === undefined)
      return { gone: true, removeUnlisted: () => unlessGone(() => dns.delete(item.zoneId, remoteId)) };
    const changed = isAsMade(item.after, record) ? null : `it is ${record.type} ${record.content} now`;
    return { gone: false, changed, remove: async () => void (await dns.delete(item.zoneId, remoteId)) };
  },
  ssl: async (item, parts) => {
    const { settings } = parts.cloudflare(item.accountId, item.zoneId);
    const now = await lookUntilShown(parts, item, item.state === 'intended' ? LANDING_MS : 0, async () => {
      const value = await unlessGone(() => settings.get(item.zoneId, item.subject));
      return value === null || value === item.before ? undefined : value;
    });
    if (now === undefined) return GONE;
    return {
      gone: false,
      changed: now === item.after ? null : `it is ${String(now)} now`,
      remove: async () => void (await settings.update(item.zoneId, item.subject, item.before)),
    };
  },
};

/** Targets that a teardown removes before the site. */
function ownTargets(domain: string, { setup }: SetupParts['store']): (string | null)[] {
  return setup
    .open(domain)
    .filter(({ kind }) => kind === 'target')
    .map(({ remoteId }) => remoteId);
}

/** The zone itself may be gone, and all that was in it. */
async function unlessGone<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof MaintError && error.code === 'not-found') return null;
    throw error;
  }
}
