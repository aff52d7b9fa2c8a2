/** Write-ahead for setup: what will be made is committed before it is asked for, what became of it after. */
import type { Zone } from '../cloudflare/api.js';
import { MaintError } from '../model/errors.js';
import type { NewSetupItem, SetupItem } from '../model/setup-item.js';
import type { SetupParts, Work } from './setup-types.js';

/** The zone, once the step that finds it is over. */
export function zoneOf({ facts, domain }: Pick<Work, 'facts' | 'domain'>): Zone {
  if (facts.zone !== null) return facts.zone;
  throw new MaintError('internal', `The zone of ${domain} is not known yet.`);
}

export type Making = Pick<NewSetupItem, 'kind' | 'subject'> & Partial<Pick<NewSetupItem, 'before' | 'after'>>;

/** A journal entry of this run. */
export function itemOf(work: Work, making: Making): NewSetupItem {
  const zone = zoneOf(work);
  return {
    domain: work.domain,
    accountId: zone.account.id,
    zoneId: zone.id,
    before: null,
    after: null,
    actor: work.options.actor,
    at: work.parts.clock().toISOString(),
    ...making,
  };
}

interface Deed<T> {
  readonly send: () => Promise<T>;
  readonly remoteId?: (result: T) => string;
  /** Looks whether what was sent does as it should; the entry, by its id, stays open until it has, or is closed here. */
  readonly prove?: (id: number) => Promise<void>;
}

/**
 * Commits the intention, does the work, commits that it is there. Where it is known not to have happened the entry
 * is closed; where that is not known it stays open, and the next setup or teardown looks.
 */
export async function make<T>(work: Work, making: Making, { send, remoteId, prove }: Deed<T>): Promise<T> {
  const { parts, facts } = work;
  const { setup } = parts.store;
  facts.lease?.ensureHeld();
  const id = setup.intend(itemOf(work, making));
  let result: T;
  try {
    result = await send();
  } catch (error) {
    if (error instanceof MaintError && error.code !== 'outcome-unknown') close(parts, id);
    throw error;
  }
  await prove?.(id);
  const made = remoteId === undefined ? {} : { remoteId: remoteId(result) };
  setup.settle(id, { state: 'made', ...made }, parts.clock().toISOString());
  return result;
}

/** So far Cloudflare's lists may be behind changes (milliseconds). */
export const LIST_LAG_MS = 30_000;
/** So long a request may be on its way after the run that sent it has died (milliseconds). */
export const LANDING_MS = 3_000;

/**
 * Looks again and again for something that a run may have made, until it shows or has had `withinMs` to since its
 * journal entry last changed: that a list does not show a young thing does not mean that it is not there.
 */
export async function lookUntilShown<T>(
  { clock, sleep }: Pick<SetupParts, 'clock' | 'sleep'>,
  { changedAt }: Pick<SetupItem, 'changedAt'>,
  withinMs: number,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  let left = Math.min(withinMs, Date.parse(changedAt) + withinMs - clock().getTime());
  for (let pause = 1_000; ; pause *= 2) {
    const found = await look();
    if (found !== undefined || left <= 0) return found;
    const wait = Math.min(pause, left);
    await sleep(wait);
    left -= wait;
  }
}

/** Notes that something is gone, or never was; `after` may say what it showed. */
export function close(parts: Pick<SetupParts, 'store' | 'clock'>, id: number, after?: string): void {
  const outcome = { state: 'removed' as const, ...(after === undefined ? {} : { after }) };
  parts.store.setup.settle(id, outcome, parts.clock().toISOString());
}

/** Entries of an interrupted run of one kind: it may have made them, or not. */
export function openItems({ parts, domain }: Work, kind: SetupItem['kind']): SetupItem[] {
  return parts.store.setup.open(domain).filter((item) => item.kind === kind && item.state === 'intended');
}

/** A line of the log that people read. */
export function note(
  {
    parts,
    options,
    domain,
  }: Pick<Work, 'parts' | 'domain'> & { readonly options: { readonly actor: string } },
  entry: { readonly action: string; readonly message: string; readonly level?: 'info' | 'warning' | 'error' },
): void {
  const at = parts.clock().toISOString();
  const about = { at, actor: options.actor, domain, eventId: null, runId: null };
  parts.store.log.write([{ ...about, level: 'info', ...entry }]);
}
