/** One look at a site as a visitor's browser would take it, over a pool of connections of its own. */
import { isIP } from 'node:net';
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import type { ProbeResult } from './engine.js';

export interface ProbeOptions {
  /** Where every probe connects instead of the site's own address; Host header and SNI stay. */
  readonly connectTo: { readonly host: string; readonly port: number } | null;
  readonly proxy: { readonly http?: string; readonly https?: string; readonly no?: string };
  readonly userAgent: string;
}

export interface Prober {
  readonly probe: (url: string, timeoutMs: number) => Promise<ProbeResult>;
  close(): Promise<void>;
}

/** More of a body than this is not read (64 KiB). */
const BODY_LIMIT = 65_536;

/** Opens the pool. A loopback `connectTo` is spoken to over plain HTTP: a sandbox has no certificate. */
export function createProber(options: ProbeOptions): Prober {
  const plain = options.connectTo !== null && isLoopback(options.connectTo.host);
  const dispatcher = dispatcherFor(options, plain);
  const probe = async (url: string, timeoutMs: number): Promise<ProbeResult> => {
    const { origin, host } = addressOf(url, options, plain);
    const { pathname, search } = new URL(url);
    try {
      const answer = await request(`${origin}${pathname}${search}`, {
        dispatcher,
        headers: { host, accept: 'text/html', 'user-agent': options.userAgent, 'cache-control': 'no-cache' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.body.dump({ limit: BODY_LIMIT });
      const marker = answer.headers['x-maint-event'];
      return {
        status: answer.statusCode,
        eventId: typeof marker === 'string' ? marker : null,
        failure: null,
      };
    } catch (error) {
      return { status: null, eventId: null, failure: failureOf(error) };
    }
  };
  return { probe, close: () => dispatcher.close() };
}

function addressOf(url: string, { connectTo }: ProbeOptions, plain: boolean) {
  const { host, origin } = new URL(url);
  if (!plain || connectTo === null) return { origin, host };
  const name = isIP(connectTo.host) === 6 ? `[${connectTo.host}]` : connectTo.host;
  return { origin: `http://${name}:${connectTo.port}`, host };
}

function dispatcherFor({ connectTo, proxy }: ProbeOptions, plain: boolean): Dispatcher {
  if (connectTo !== null && !plain) return redirectingAgent(connectTo);
  if (connectTo !== null) return new Agent({ connections: 32 });
  return new EnvHttpProxyAgent({
    connections: 32,
    ...(proxy.http === undefined ? {} : { httpProxy: proxy.http }),
    ...(proxy.https === undefined ? {} : { httpsProxy: proxy.https }),
    ...(proxy.no === undefined ? {} : { noProxy: proxy.no }),
  });
}

/** Connects to one address whatever the URL says; the certificate is still checked against the site's name. */
function redirectingAgent(target: { readonly host: string; readonly port: number }): Agent {
  const connect = buildConnector({});
  return new Agent({
    connections: 32,
    connect: (options, callback) =>
      connect(
        {
          ...options,
          host: target.host,
          hostname: target.host,
          port: String(target.port),
          servername: options.servername ?? options.hostname,
        },
        callback,
      ),
  });
}

/** Whether a host is this computer. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function failureOf(error: unknown): ProbeResult['failure'] {
  const { name, code } = error as { name?: string; code?: string };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'name';
  return name === 'TimeoutError' || code?.includes('TIMEOUT') ? 'timeout' : 'connection';
}
