/** One look at a site as a visitor's browser would take it, over a pool of connections of its own. */
import type { Dispatcher } from 'undici';
import { addressOf, openPool, type SiteAccess } from '../visit/site-access.js';
import type { ProbeResult } from './engine.js';

export interface ProbeOptions extends SiteAccess {
  readonly userAgent: string;
}

export interface Prober {
  readonly probe: (url: string, timeoutMs: number) => Promise<ProbeResult>;
  close(): Promise<void>;
}

const CONNECTIONS = 32;
/** More of a body than this is not read (64 KiB). */
const BODY_LIMIT = 65_536;

/** The pool is opened by the first look. */
export function createProber(options: ProbeOptions): Prober {
  let opened: Promise<Dispatcher> | null = null;
  const probe = async (url: string, timeoutMs: number): Promise<ProbeResult> => {
    const target = new URL(url);
    const { origin, host } = addressOf(target, options);
    try {
      opened ??= openPool(options, { connections: CONNECTIONS });
      const answer = await (await opened).request({
        origin,
        path: `${target.pathname}${target.search}`,
        method: 'GET',
        headers: { host, accept: 'text/html', 'user-agent': options.userAgent, 'cache-control': 'no-cache' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.body.dump({ limit: BODY_LIMIT });
      const marker = answer.headers['x-maint-event'];
      return {
        status: answer.statusCode,
        eventId: typeof marker === 'string' ? marker : null,
        redirectsTo: redirectOf(answer.statusCode, answer.headers.location, target),
        failure: null,
      };
    } catch (error) {
      return { status: null, eventId: null, redirectsTo: null, failure: failureOf(error) };
    }
  };
  return { probe, close: async () => void (await (await opened?.catch(() => null))?.close()) };
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

function redirectOf(status: number, location: unknown, from: URL): string | null {
  if (!REDIRECTS.includes(status) || typeof location !== 'string' || !URL.canParse(location, from.href))
    return null;
  return new URL(location, from.href).href;
}

function failureOf(error: unknown): ProbeResult['failure'] {
  const { name, code } = error as { name?: string; code?: string };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'name';
  return name === 'TimeoutError' || code?.includes('TIMEOUT') ? 'timeout' : 'connection';
}
