/** Every zone that the tokens in use see, and which of them sees what. */
import type { Zone } from '../cloudflare/api.js';
import type { TokenClient } from '../cloudflare/clients.js';
import { type AccountSeen, accountsOf } from '../cloudflare/zone-accounts.js';
import { type ErrorReport, MaintError, reportOf } from '../model/errors.js';

/** What one token sees; its error where it could not be asked. */
export interface TokenView {
  /** Null for the one token given. */
  readonly name: string | null;
  readonly accounts: readonly AccountSeen[];
  readonly error: ErrorReport | null;
}

export interface ZonesSeen {
  /** Each zone once. */
  readonly zones: readonly Zone[];
  readonly tokens: readonly TokenView[];
  /** Names of the tokens that see a zone, by its id; the one that sees the fewest zones first. */
  readonly tokensOf: ReadonlyMap<string, readonly string[]>;
}

/**
 * Asks each token in turn. One that fails does not stop the others.
 * @throws MaintError the first one's error, where all of them fail
 */
export async function listZones(
  tokens: readonly TokenClient[],
  query: { readonly accountId?: string },
): Promise<ZonesSeen> {
  const looks: { view: TokenView; zones: readonly Zone[] }[] = [];
  const failures: MaintError[] = [];
  for (const token of tokens) {
    try {
      const zones = await token.open().zones.list(query);
      looks.push({ view: { name: token.name, accounts: accountsOf(zones), error: null }, zones });
    } catch (error) {
      if (!(error instanceof MaintError)) throw error;
      failures.push(error);
      looks.push({ view: { name: token.name, accounts: [], error: reportOf(error) }, zones: [] });
    }
  }
  const [first] = failures;
  if (first !== undefined && failures.length === tokens.length) throw first;
  const zones = new Map(looks.flatMap((look) => look.zones.map((zone) => [zone.id, zone] as const)));
  // A token made for a few zones is meant for these; one for everything stands in for the rest.
  const narrowFirst = looks.toSorted((a, b) => a.zones.length - b.zones.length);
  const tokensOf = new Map<string, string[]>();
  for (const { view, zones: seen } of narrowFirst) {
    if (view.name === null) continue;
    for (const { id } of seen) tokensOf.set(id, [...(tokensOf.get(id) ?? []), view.name]);
  }
  return { zones: [...zones.values()], tokens: looks.map(({ view }) => view), tokensOf };
}
