/** The share of Cloudflare's rate limit that all processes on this store spend together. */

/** How much of the budget a request may touch: `urgent` (lifting a page) reaches into the reserve. */
export type Priority = 'normal' | 'urgent';

/**
 * The ledger behind the rate limit, kept in the store so that processes share it. Times are milliseconds of
 * the wall clock, the only clock that processes have in common.
 */
export interface BudgetLedger {
  /**
   * Takes one request out of the budget now (returns 0), or tells for how many milliseconds there is none.
   * Counting and taking are one transaction.
   */
  take(bucket: string, now: number, limit: number): number;
  /** Nothing may be sent for this bucket before `until`: Cloudflare said 429. */
  block(bucket: string, until: number): void;
  /** Requests counted in the last five minutes. */
  used(bucket: string, now: number): number;
}
