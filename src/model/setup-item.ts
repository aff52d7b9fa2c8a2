/** What `setup` made for a domain, as its journal keeps it, so that `teardown` removes that and nothing else. */

export const SETUP_KINDS = [
  'rehearsal-script',
  'rehearsal-route',
  'dns-record',
  'ssl',
  'site',
  'target',
] as const;
export type SetupKind = (typeof SETUP_KINDS)[number];

/**
 * `intended`: committed before the request left, so that it may be there. `made`: seen to be there. `removed`: gone
 * again, or known never to have been.
 */
export const SETUP_ITEM_STATES = ['intended', 'made', 'removed'] as const;
export type SetupItemState = (typeof SETUP_ITEM_STATES)[number];

/** Times are RFC 3339 UTC. */
export interface SetupItem {
  readonly id: number;
  readonly domain: string;
  readonly accountId: string;
  readonly zoneId: string;
  readonly kind: SetupKind;
  /** The script's name, the route's pattern, the record's name, the setting's name, the domain, the URL. */
  readonly subject: string;
  /** The id that Cloudflare gave, or that of a target; null until it is known. */
  readonly remoteId: string | null;
  /** What was there before: the value of a setting. Null where there was nothing. */
  readonly before: string | null;
  /** What was made, as text or JSON: whoever changed it since has made it theirs. */
  readonly after: string | null;
  readonly state: SetupItemState;
  readonly actor: string;
  readonly at: string;
  /** When the state last changed. */
  readonly changedAt: string;
}

export type NewSetupItem = Omit<SetupItem, 'id' | 'state' | 'changedAt' | 'remoteId'>;
