/** From the outbox to a channel: claimed, sent, settled, or put off. */
import type { OutboxEntry } from '../store/store.js';
import type { Channel } from './channels.js';
import { messageOf } from './message.js';
import type { NotifierParts } from './notifier.js';
import type { Sent } from './send.js';

/** Longer than any try takes. */
const CLAIM_MS = 60_000;
const FIRST_RETRY_MS = 2_000;
/** The longest pause between two tries. */
export const LAST_RETRY_MS = 900_000;
/** A message that could not be sent for so long tells nobody anything. */
const KEPT_MS = 3 * 86_400_000;

export interface How {
  /** Also what is not due yet. */
  readonly evenEarly: boolean;
  /** Ends a try that takes too long. */
  readonly cut: AbortSignal;
}

/** Sends what is due for one channel as one message; null where nothing is. */
export async function sendChannel(parts: NotifierParts, channel: Channel, how: How): Promise<Sent | null> {
  const { store, clock, send } = parts;
  const at = (ms: number) => new Date(clock().getTime() + ms).toISOString();
  const entries = store.outbox.claim(channel.name, {
    now: at(0),
    until: at(CLAIM_MS),
    horizon: at(LAST_RETRY_MS),
    evenEarly: how.evenEarly,
  });
  if (entries.length === 0) return null;
  const ids = entries.map(({ id }) => id);
  const notices = entries.map(({ id, notice }) => ({ id, ...notice }));
  const sent = await send(channel, { message: messageOf(notices), notices, test: false }, how.cut);
  if (sent.ok) {
    store.outbox.settle(ids, at(0));
    return sent;
  }
  store.transaction(() => {
    store.outbox.postpone(ids, at(retryDelay(entries, sent.retryAfterMs, parts.random())), sent.why);
    if (entries.some(({ attempts }) => attempts === 0)) {
      log(parts, 'warning', `A message to '${channel.name}' was not sent yet: ${sent.why}.`);
    }
  });
  return sent;
}

/** Half of a ceiling that doubles and chance for the rest, but never sooner than the receiver asks for. */
function retryDelay(entries: readonly OutboxEntry[], retryAfterMs: number | null, random: number): number {
  const tries = Math.max(...entries.map(({ attempts }) => attempts));
  const ceiling = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries);
  const asked = Math.min(retryAfterMs ?? 0, LAST_RETRY_MS);
  return Math.max(asked, Math.round(ceiling / 2 + (random * ceiling) / 2));
}

/** Drops what could not be sent for long, and the record of what was. */
export function forgetOld(parts: NotifierParts): void {
  const { store, clock } = parts;
  store.transaction(() => {
    const lost = store.outbox.forget(new Date(clock().getTime() - KEPT_MS).toISOString());
    if (lost > 0)
      log(parts, 'error', `${lost} messages were given up: they could not be sent for three days.`);
  });
}

function log({ store, clock }: NotifierParts, level: 'warning' | 'error', message: string): void {
  const who = { actor: 'maint', domain: null, eventId: null, runId: null };
  store.log.write([{ at: clock().toISOString(), level, action: 'notify', message, ...who }]);
}
