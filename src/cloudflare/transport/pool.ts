/** The connections to the API: where they lead, through which proxy, and to nowhere else. */
import type { Dispatcher } from 'undici';
import { MaintError } from '../../model/errors.js';
import { isLoopback } from '../../model/loopback.js';
import type { Deadlines, ProxySettings } from './options.js';

/** Sockets to the API at a time; the callers' own concurrency is lower. */
const CONNECTIONS = 32;

/** The checked base address. The token goes nowhere else, and unencrypted only to this computer. */
export function apiAddress(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url === null || !safe || url.username !== '' || url.search !== '') {
    throw new MaintError('usage', 'The address of the Cloudflare API must be an https URL.', {
      hint: 'Check CLOUDFLARE_API_BASE_URL; without it https://api.cloudflare.com/client/v4 is used.',
    });
  }
  return url;
}

/** The proxy for an address, whatever NO_PROXY may say of it; null for none. */
export function proxyFor(base: URL, proxy: ProxySettings): string | null {
  const uri = base.protocol === 'https:' ? proxy.https : proxy.http;
  return uri === undefined || uri === '' || isLoopback(base.hostname) ? null : uri;
}

/** @throws MaintError `usage` where the proxy for an address is no URL */
export function requireSoundProxy(base: URL, proxy: ProxySettings): void {
  const uri = proxyFor(base, proxy);
  if (uri !== null && !URL.canParse(uri)) throw unsoundProxy();
}

/**
 * A keep-alive pool; loopback is never proxied, and nothing is read from the environment. undici takes a while to
 * load, and many commands send nothing.
 */
export async function openDispatcher(
  base: URL,
  proxy: ProxySettings,
  deadlines: Deadlines,
): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = (await import('undici')).default;
  const pool = {
    connections: CONNECTIONS,
    connect: { timeout: deadlines.connect },
    // The deadline of the whole attempt is stricter and ours; these only mark which part was slow.
    headersTimeout: deadlines.upload,
    bodyTimeout: deadlines.upload,
  };
  const uri = proxyFor(base, proxy);
  if (uri === null) return new Agent(pool);
  try {
    return new EnvHttpProxyAgent({ ...pool, httpProxy: uri, httpsProxy: uri, noProxy: proxy.no ?? '' });
  } catch {
    throw unsoundProxy();
  }
}

function unsoundProxy(): MaintError {
  return new MaintError('usage', 'The address of the proxy is not a URL.', {
    hint: 'Check HTTPS_PROXY and HTTP_PROXY: they look like http://proxy.example:3128.',
  });
}
