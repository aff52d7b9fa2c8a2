/** Queues what happened and sees to it that it is sent: at least once, also where this process dies on the way. */
import { MaintError } from '../model/errors.js';
import type { Notice } from '../model/notice.js';
import type { Store } from '../store/store.js';
import type { Channel } from './channels.js';
import { forgetOld, type How, LAST_RETRY_MS, sendChannel } from './delivery.js';
import { queue } from './queue.js';
import type { Send } from './send.js';

export interface NotifierParts {
  readonly channels: readonly Channel[];
  readonly store: Pick<Store, 'outbox' | 'log' | 'transaction'>;
  readonly send: Send;
  readonly clock: () => Date;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
}

export interface DeliverOptions {
  /** How long to wait and try again before the rest is left to a later run, in milliseconds. */
  readonly patienceMs: number;
  /** Sends also what could wait for more of the same: nobody may come after us for long. */
  readonly evenEarly?: boolean;
  readonly stop?: AbortSignal;
}

/** What is still to be sent, by channel, and why it was not. */
export interface Undelivered {
  readonly channel: string;
  readonly waiting: number;
  readonly why: string | null;
}

export interface TestOutcome {
  readonly channel: string;
  readonly type: Channel['type'];
  readonly ok: boolean;
  readonly error: string | null;
}

export interface Notifier {
  readonly channels: readonly Channel[];
  /**
   * Queues notices for every channel that wants them. Does not wait: call it in the transaction that records
   * what happened. While `serve` runs, a message waits a moment for more of the same.
   */
  tell(notices: readonly Notice[]): void;
  /** Sends what is due; returns what is left. */
  deliver(options: DeliverOptions): Promise<readonly Undelivered[]>;
  /** Sends whatever becomes due, until `stop` fires; a store that is busy is asked again. */
  serve(stop: AbortSignal): Promise<void>;
  /** Sends a test message to these channels, past the queue. */
  test(channels: readonly Channel[]): Promise<readonly TestOutcome[]>;
}

/** How much longer than its patience, or than a stop, a try under way may take. */
const GRACE_MS = 1_000;
const LOOK_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 3_600_000;
/** In a loop, checks are spread over their interval: sites that fail together are seen one after the other. */
const MORE_TO_COME_MS = 5_000;

export function createNotifier(parts: NotifierParts): Notifier {
  const { channels, store, clock, monotonic, sleep } = parts;
  const reasons = new Map<string, string>();
  let serving = false;
  const ours = () =>
    store.outbox.backlog().filter((row) => channels.some(({ name }) => name === row.channel));
  const sendDue = async (how: How) => {
    // Asked first, so that a queue without anything due costs no write.
    const now = clock().getTime();
    const due = ours().filter(({ dueAt: at }) => how.evenEarly || isPast(Date.parse(at), now));
    const chosen = channels.filter(({ name }) => due.some((row) => row.channel === name));
    await Promise.all(
      chosen.map(async (channel) => {
        const sent = await sendChannel(parts, channel, how);
        if (sent?.ok === true) reasons.delete(channel.name);
        if (sent?.ok === false) reasons.set(channel.name, sent.why);
      }),
    );
  };
  return {
    channels,
    tell: (notices) => {
      if (channels.length > 0) queue(parts, notices, serving ? MORE_TO_COME_MS : 0);
    },
    deliver: async ({ patienceMs, evenEarly, stop }) => {
      if (channels.length === 0) return [];
      forgetOld(parts);
      const end = monotonic() + patienceMs;
      const cut = AbortSignal.timeout(patienceMs + GRACE_MS);
      for (let early = evenEarly ?? false; ; early = false) {
        await sendDue({ evenEarly: early, cut });
        const waiting = ours();
        const next = Math.min(...waiting.map((row) => Date.parse(row.dueAt) - clock().getTime()));
        const left = end - monotonic();
        if (waiting.length === 0 || next > left || left <= 0 || stop?.aborted === true) {
          return waiting.map(({ channel, waiting: count }) => ({
            channel,
            waiting: count,
            why: reasons.get(channel) ?? null,
          }));
        }
        await sleep(Math.max(next, 100), stop);
      }
    },
    serve: async (stop) => {
      if (channels.length === 0) return;
      serving = true;
      const cut = new AbortController();
      stop.addEventListener('abort', () => setTimeout(() => cut.abort(), GRACE_MS).unref(), { once: true });
      let forgetAt = monotonic();
      while (!stop.aborted) {
        try {
          if (monotonic() >= forgetAt) {
            forgetOld(parts);
            forgetAt = monotonic() + FORGET_EVERY_MS;
          }
          await sendDue({ evenEarly: false, cut: cut.signal });
        } catch (error) {
          if (!(error instanceof MaintError)) throw error;
        }
        await sleep(LOOK_EVERY_MS, stop);
      }
      serving = false;
    },
    test: (chosen) => Promise.all(chosen.map((channel) => sendTest(parts, channel))),
  };
}

/** A moment far ahead was set by a clock that has since been put back. */
function isPast(at: number, now: number): boolean {
  return at <= now || at > now + LAST_RETRY_MS;
}

async function sendTest({ send, clock }: NotifierParts, channel: Channel): Promise<TestOutcome> {
  const reason = 'a test: nothing happened';
  const notice: Notice & { readonly id: number } = {
    id: 0,
    type: 'down',
    at: clock().toISOString(),
    sites: [{ domain: 'test.example', reason }],
    eventId: null,
    actor: 'maint',
    manual: true,
  };
  const headline = `Test of '${channel.name}': messages of maint arrive here`;
  const sections = [{ type: notice.type, headline, lines: ['Nothing happened to any site.'] }];
  const message = { title: headline, gravity: 'info' as const, sections };
  const sent = await send(channel, { message, notices: [notice], test: true });
  return { channel: channel.name, type: channel.type, ok: sent.ok, error: sent.ok ? null : sent.why };
}
