/** How long results are kept: as they came, then a line a day. Days. */
export const KEEP_RESULTS_DAYS = 30;
export const KEEP_SUMMARIES_DAYS = 365;

const DAY_MS = 86_400_000;

/** The limits of `prune` at a moment. */
export function retentionAt(now: Date): { readonly rawBefore: string; readonly dailyBefore: string } {
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString();
  return { rawBefore: before(KEEP_RESULTS_DAYS), dailyBefore: before(KEEP_SUMMARIES_DAYS) };
}
