/** How this machine reaches sites as a visitor does: directly, through a proxy, or at one given address. */
import { isIP, type LookupFunction } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import { isLoopback } from '../model/loopback.js';

export interface SiteAccess {
  /** Where every request connects instead of the site's own address; Host header and SNI stay. */
  readonly connectTo: { readonly host: string; readonly port: number } | null;
  readonly proxy: { readonly http?: string; readonly https?: string; readonly no?: string };
}

export interface PoolOptions {
  /** Connections to one address at most. */
  readonly connections: number;
  /** Replaces the resolver of the operating system; asked for names only, never for addresses. */
  readonly lookup?: LookupFunction;
  /** Stands around each attempt to connect. */
  readonly around?: (connect: buildConnector.connector) => buildConnector.connector;
}

/**
 * The origin to connect to for a URL, and the Host header to send. A loopback `connectTo` is spoken to over
 * plain HTTP: a sandbox has no certificate.
 */
export function addressOf(url: URL, access: SiteAccess): { origin: string; host: string } {
  const { connectTo } = access;
  if (connectTo === null || !isLoopback(connectTo.host)) return { origin: url.origin, host: url.host };
  const name = isIP(connectTo.host) === 6 ? `[${connectTo.host}]` : connectTo.host;
  return { origin: `http://${name}:${connectTo.port}`, host: url.host };
}

/** Opens a pool of connections, and loads what that takes: to be called when there is something to ask. */
export async function openPool(access: SiteAccess, options: PoolOptions): Promise<Dispatcher> {
  const { Agent, buildConnector, EnvHttpProxyAgent } = (await import('undici')).default;
  const { connectTo, proxy } = access;
  const { connections, lookup, around = (connect) => connect } = options;
  const plain = around(buildConnector(lookup === undefined ? {} : { lookup }));
  if (connectTo !== null && !isLoopback(connectTo.host)) {
    return new Agent({ connections, connect: redirected(plain, connectTo) });
  }
  if (connectTo !== null || (proxy.http === undefined && proxy.https === undefined)) {
    return new Agent({ connections, connect: plain });
  }
  return new EnvHttpProxyAgent({
    connections,
    ...(proxy.http === undefined ? {} : { httpProxy: proxy.http }),
    ...(proxy.https === undefined ? {} : { httpsProxy: proxy.https }),
    ...(proxy.no === undefined ? {} : { noProxy: proxy.no }),
  });
}

/** Connects to one address whatever the URL says; the certificate is still checked against the site's name. */
function redirected(
  connect: buildConnector.connector,
  target: { readonly host: string; readonly port: number },
): buildConnector.connector {
  return (options, callback) =>
    connect(
      {
        ...options,
        host: target.host,
        hostname: target.host,
        port: String(target.port),
        servername: options.servername ?? options.hostname,
      },
      callback,
    );
}
