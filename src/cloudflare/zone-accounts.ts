/** The accounts that zones are in. */
import type { Zone } from './api.js';

export interface AccountSeen {
  readonly id: string;
  readonly name: string;
  /** How many of the zones are in it. */
  readonly zones: number;
}

/** Sorted by name. */
export function accountsOf(zones: readonly Zone[]): AccountSeen[] {
  const accounts = new Map<string, AccountSeen>();
  for (const { account } of zones) {
    const known = accounts.get(account.id)?.zones ?? 0;
    accounts.set(account.id, { id: account.id, name: account.name, zones: known + 1 });
  }
  return [...accounts.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
