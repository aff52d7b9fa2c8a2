/** Whether this machine's own network works: asked of addresses that have nothing to do with the sites. */

import type { Dispatcher } from 'undici';
import { anySignal } from '../model/any-signal.js';
import { isLoopback } from '../model/loopback.js';
import { openPool, type SiteAccess } from '../visit/site-access.js';
import type { NetworkProof } from './types.js';

/** An address to ask, and whether what it answered proves that the network let the question through. */
export interface Witness {
  readonly url: string;
  proves(answer: WitnessAnswer): boolean;
}

export interface WitnessAnswer {
  readonly status: number;
  /** The first 4 KiB. */
  readonly body: string;
}

/** Asks one address; rejects where no answer came. */
export type AskWitness = (url: string, signal: AbortSignal) => Promise<WitnessAnswer>;

const WAIT_MS = 5_000;
const BODY_LIMIT = 4_096;

/**
 * The witnesses that are asked unless a person names others: Cloudflare's API and two public addresses. Each
 * is held to an answer that a captive portal, which says 200 to everything, does not give.
 */
export function defaultWitnesses(apiBaseUrl: string): readonly Witness[] {
  return [
    // Without a token the API refuses, in its own envelope (developers.cloudflare.com/fundamentals/api).
    { url: `${apiBaseUrl}/user/tokens/verify`, proves: ({ body }) => isApiEnvelope(body) },
    { url: 'https://1.1.1.1/cdn-cgi/trace', proves: ({ body }) => /^fl=\w+$/m.test(body) },
    { url: 'https://www.google.com/generate_204', proves: ({ status }) => status === 204 },
  ];
}

/**
 * A witness of one's own. Over TLS or on this machine any 2xx counts; over plain HTTP only 204, for anyone on
 * the way can say 200.
 */
export function ownWitness(url: string): Witness {
  const { protocol, hostname } = new URL(url);
  const trusted = protocol === 'https:' || isLoopback(hostname);
  return { url, proves: ({ status }) => (trusted ? status >= 200 && status < 300 : status === 204) };
}

/** Joins witnesses to one question: true as soon as one answers as it should, false where none does in 5 s. */
export function networkProof(witnesses: readonly Witness[], ask: AskWitness): NetworkProof {
  return async (stop) => {
    const done = new AbortController();
    const signal = anySignal(done.signal, AbortSignal.timeout(WAIT_MS), stop);
    const answers = witnesses.map(async (witness) => {
      if (!witness.proves(await ask(witness.url, signal))) throw new Error('an answer that proves nothing');
    });
    try {
      await Promise.any(answers);
      return true;
    } catch {
      return false;
    } finally {
      done.abort();
    }
  };
}

/** Asks over HTTP, on a new connection each time: one that is open already would prove an older network. */
export function openWitnesses(proxy: SiteAccess['proxy']): { ask: AskWitness; close(): Promise<void> } {
  let opened: Promise<Dispatcher> | null = null;
  return {
    ask: async (url, signal) => {
      opened ??= openPool({ connectTo: null, proxy }, { connections: 1 });
      const { origin, pathname, search } = new URL(url);
      const question = { origin, path: `${pathname}${search}`, method: 'GET', signal, reset: true } as const;
      const { statusCode, body } = await (await opened).request(question);
      let text = '';
      for await (const chunk of body) {
        text += String(chunk);
        if (text.length >= BODY_LIMIT) break;
      }
      return { status: statusCode, body: text };
    },
    close: async () => void (await (await opened?.catch(() => null))?.destroy()),
  };
}

function isApiEnvelope(body: string): boolean {
  try {
    const { success, errors } = JSON.parse(body) as { success?: unknown; errors?: unknown };
    return typeof success === 'boolean' && Array.isArray(errors);
  } catch {
    return false;
  }
}
