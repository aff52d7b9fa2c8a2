/** What was seen at Cloudflare before deciding: plain data. */
import type { ErrorReport } from '../model/errors.js';
import type { Route } from '../model/route.js';

export interface ZoneView {
  readonly zoneId: string;
  readonly zoneName: string;
  readonly accountId: string;
  readonly routes: readonly Route[];
  /**
   * Whether the zone's own route list was read. Without it, `routes` come from the account's script list: no
   * route without a Worker is in it, and no field but id, pattern and script.
   */
  readonly complete: boolean;
  /** Why the zone could not be read. */
  readonly error: ErrorReport | null;
}

export interface AccountView {
  readonly accountId: string;
  /** Names of all scripts; null where the list was not read or may not be read. */
  readonly scripts: readonly string[] | null;
}

export interface Observation {
  readonly zones: ReadonlyMap<string, ZoneView>;
  readonly accounts: ReadonlyMap<string, AccountView>;
}
