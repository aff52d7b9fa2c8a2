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

/**
 * Commits the intention, does the work, commits that it is there. Where it is known not to have happened the entry
 * is closed; where that is not known it stays open, and the next setup or teardown looks.
 */
export async function make<T>(
  work: Work,
  making: Making,
  send: () => Promise<T>,
  remoteId: (result: T) => string | undefined = () => undefined,
): Promise<T> {
  const { parts, facts } = work;
  facts.lease?.ensureHeld();
  const id = parts.store.setup.intend(itemOf(work, making));
  try {
    const result = await send();
    const made = remoteId(result);
    parts.store.setup.settle(
      id,
      { state: 'made', ...(made === undefined ? {} : { remoteId: made }) },
      parts.clock().toISOString(),
    );
    return result;
  } catch (error) {
    if (error instanceof MaintError && error.code !== 'outcome-unknown') close(parts, id);
    throw error;
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
