/** A visitor's request as the edge understands it, and the headers that Cloudflare adds to it. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Visitor {
  /** The URL as typed: scheme, hostname without port, path and query. */
  url: URL;
  clientIp: string;
  /** Identifies the request, as in `cf-ray: 8f3a…-SBX`. */
  ray: string;
  method: string;
  /** Names and values in turn, as they go on to a Worker or an origin. */
  headers: string[];
}

/** `XX` is Cloudflare's code for a country that it does not know (Cloudflare docs, "HTTP headers"). */
const COUNTRY = 'XX';
const COLO = 'SBX';

/** Of one connection only, or replaced below by what the edge knows better. */
const NOT_FORWARDED = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'cdn-loop',
  'cf-connecting-ip',
  'cf-ipcountry',
  'cf-ray',
  'cf-visitor',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-real-ip',
]);

/**
 * Reads a request of the public port. It counts as `https` unless `x-forwarded-proto: http` says otherwise,
 * and comes from the address of the connection unless `x-sandbox-client-ip` names another. Returns null when
 * it names no usable host.
 */
export function readVisitor(req: IncomingMessage): Visitor | null {
  const scheme = req.headers['x-forwarded-proto'] === 'http' ? 'http' : 'https';
  const url = visitedUrl(req, scheme);
  if (!url) return null;
  const clientIp = clientAddress(req);
  const ray = randomBytes(8).toString('hex');
  const added = [
    ['host', url.host],
    ['cdn-loop', 'cloudflare; loops=1'],
    ['cf-connecting-ip', clientIp],
    ['cf-ipcountry', COUNTRY],
    ['cf-ray', `${ray}-${COLO}`],
    ['cf-visitor', JSON.stringify({ scheme })],
    ['x-forwarded-for', clientIp],
    ['x-forwarded-proto', scheme],
    ['x-real-ip', clientIp],
  ].flat();
  const kept = headerPairs(req.rawHeaders).filter(([name]) => isForwarded(name.toLowerCase()));
  return {
    url,
    clientIp,
    ray: `${ray}-${COLO}`,
    method: req.method ?? 'GET',
    headers: [...added, ...framing(req), ...kept.flat()],
  };
}

/** What a Worker reads as `request.cf`: the fields that say something on a computer without TLS. */
export function requestProperties({ url }: Visitor, httpVersion: string): Record<string, unknown> {
  const secure = url.protocol === 'https:';
  return {
    colo: COLO,
    country: COUNTRY,
    httpProtocol: `HTTP/${httpVersion}`,
    tlsVersion: secure ? 'TLSv1.3' : '',
    tlsCipher: secure ? 'AEAD-AES128-GCM-SHA256' : '',
    timezone: 'UTC',
  };
}

/** Names and values of Node's flat list, two by two. */
export function headerPairs(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return pairs;
}

function isForwarded(name: string): boolean {
  return !NOT_FORWARDED.has(name) && !name.startsWith('x-sandbox-');
}

/** How the body is delimited on the next connection, and an upgrade that the visitor wants. */
function framing(req: IncomingMessage): string[] {
  const chunked = req.headers['transfer-encoding'] ? ['transfer-encoding', 'chunked'] : [];
  const { upgrade } = req.headers;
  return upgrade ? [...chunked, 'connection', 'Upgrade', 'upgrade', upgrade] : chunked;
}

/** A proxy's client names the whole URL in its request line, everybody else only the path. */
function visitedUrl(req: IncomingMessage, scheme: string): URL | null {
  const line = req.url ?? '/';
  const [, proxiedHost, proxiedPath] = /^https?:\/\/([^/?#]+)(.*)$/i.exec(line) ?? [];
  const host = (proxiedHost ?? req.headers.host ?? '').replace(/:\d+$/, '');
  const path = proxiedPath ?? line;
  const text = `${scheme}://${host}${path.startsWith('/') ? path : `/${path}`}`;
  if (!host || !URL.canParse(text)) return null;
  return new URL(text);
}

function clientAddress(req: IncomingMessage): string {
  const pretended = req.headers['x-sandbox-client-ip'];
  if (typeof pretended === 'string' && pretended) return pretended;
  return (req.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
}
