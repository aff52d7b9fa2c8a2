import type { Notice } from '../model/notice.js';
import { dueAt, isLasting, partToTell, REPEAT_MS } from './grouping.js';
import type { NotifierParts } from './notifier.js';

/** Writes notices into the outbox, for each channel what it wants to hear, in one transaction. */
export function queue(
  { channels, store, clock }: NotifierParts,
  notices: readonly Notice[],
  waitMs: number,
): void {
  const now = clock();
  const since = new Date(now.getTime() - REPEAT_MS).toISOString();
  store.transaction(() => {
    for (const channel of channels) {
      const entries = notices.flatMap((notice) => {
        const { name } = channel;
        const earlier = isLasting(notice.type) ? store.outbox.told(name, notice.type, since) : [];
        const part = partToTell(notice, channel, earlier);
        if (part === null) return [];
        const lastSent = store.outbox.lastSentAt(name, notice.type);
        const lastSentAt = lastSent === null ? null : Date.parse(lastSent);
        const due = dueAt(part, { now: now.getTime(), waitMs, lastSentAt });
        return [{ channel: name, notice: part, dueAt: new Date(due).toISOString() }];
      });
      store.outbox.add(entries, now.toISOString());
    }
  });
}
