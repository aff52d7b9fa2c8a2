/** Every origin there is: what a web server behind Cloudflare does with a request, well or badly. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OriginBehaviour, SandboxState } from '../state.js';
import { escapeHtml, sendErrorPage } from './error-pages.js';
import { SCHEME_HEADER } from './workerd-config.js';

/** How the visitor came: through Cloudflare's proxy, or straight to the origin's own address. */
export type OriginAccess = { via: 'cloudflare'; ray: string; timeoutMs: number } | { via: 'direct' };

const OK: OriginBehaviour = { mode: 'ok' };
const TRICKLE_INTERVAL_MS = 1_000;

/**
 * Answers as the origin of `url`'s host would. Through Cloudflare a refused connection reads 521, a
 * reset 520 and silence 524 after `timeoutMs` (Cloudflare docs, "Cloudflare 5xx errors"); a visitor who
 * comes directly meets the failure itself.
 */
export async function answerAsOrigin(
  state: SandboxState,
  url: URL,
  access: OriginAccess,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const host = url.hostname;
  const behaviour = state.origins.get(host) ?? OK;
  switch (behaviour.mode) {
    case 'refuse':
    case 'reset':
    case 'hang':
      return failToAnswer(behaviour.mode, host, access, res);
    case 'redirect-loop':
      return send(res, access, 301, '', { location: url.href });
    case 'trickle':
      return trickle(res, access);
    case 'status':
      return send(res, access, behaviour.status, behaviour.body ?? '', behaviour.headers ?? {});
    case 'slow':
      await sleep(behaviour.delayMs);
      return answerWell(url, access, req, res);
    case 'ok':
      return answerWell(url, access, req, res);
  }
}

async function failToAnswer(
  mode: 'refuse' | 'reset' | 'hang',
  host: string,
  access: OriginAccess,
  res: ServerResponse,
): Promise<void> {
  if (access.via === 'cloudflare') {
    if (mode === 'hang' && !(await stillThereAfter(access.timeoutMs, res))) return;
    sendErrorPage(res, mode === 'refuse' ? 521 : mode === 'reset' ? 520 : 524, host, access.ray);
  } else if (mode !== 'hang') {
    res.socket?.resetAndDestroy();
  }
}

/** False when the other side hung up first. */
async function stillThereAfter(ms: number, res: ServerResponse): Promise<boolean> {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  return sleep(ms, true, { signal: gone.signal }).catch(() => false);
}

/** Keeps the connection busy and never finishes. */
function trickle(res: ServerResponse, access: OriginAccess): void {
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...cloudflareHeaders(access) });
  res.flushHeaders();
  const timer = setInterval(() => res.write('.'), TRICKLE_INTERVAL_MS);
  res.once('close', () => clearInterval(timer));
}

async function answerWell(
  url: URL,
  access: OriginAccess,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const [type, body] = await content(url, req);
  send(res, access, 200, body, {
    'content-type': `${type}; charset=utf-8`,
    'x-sandbox-origin': url.hostname,
  });
}

async function content(url: URL, req: IncomingMessage): Promise<[type: string, body: string]> {
  const path = url.pathname;
  if (path === '/health' || path === '/health/') return ['text/plain', 'ok\n'];
  if (path === '/robots.txt') return ['text/plain', 'User-agent: *\nAllow: /\n'];
  if (path === '/__echo') return ['application/json', await echo(url, req)];
  const [, token] = /^\/\.well-known\/acme-challenge\/([^/]+)$/.exec(path) ?? [];
  if (token) return ['text/plain', `${token}.sandbox-account-key`];
  return ['text/html', welcomePage(escapeHtml(url.hostname), escapeHtml(path))];
}

function welcomePage(host: string, path: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${host}</title></head>
<body><h1>${host}</h1><p>This is the origin of ${host}, asked for ${path}</p></body>
</html>
`;
}

/** What arrived here, so that one can see what the edge and a Worker made of a request. */
async function echo({ href }: URL, req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const { method } = req;
  const headers = Object.fromEntries(Object.entries(req.headers).filter(([name]) => name !== SCHEME_HEADER));
  return JSON.stringify({ method, url: href, headers, body: Buffer.concat(chunks).toString() });
}

function send(
  res: ServerResponse,
  access: OriginAccess,
  status: number,
  body: string,
  headers: Record<string, string>,
): void {
  const empty = status === 204 || status === 304;
  const length = empty ? {} : { 'content-length': Buffer.byteLength(body) };
  res.writeHead(status, { server: 'sandbox-origin', ...headers, ...length, ...cloudflareHeaders(access) });
  res.end(empty ? undefined : body);
}

function cloudflareHeaders(access: OriginAccess): Record<string, string> {
  return access.via === 'cloudflare' ? { server: 'cloudflare', 'cf-ray': access.ray } : {};
}

/** The address to which every `fetch()` of a Worker goes, whatever its URL says. */
export interface OriginServer {
  port: number;
  close(): Promise<void>;
}

/**
 * Requests must say in SCHEME_HEADER how their URL begins.
 *
 * @param timeoutMs how long Cloudflare waits for a silent origin
 */
export async function startOriginServer(state: SandboxState, timeoutMs: number): Promise<OriginServer> {
  const server = createServer((req, res) => {
    const text = `${req.headers[SCHEME_HEADER]}://${req.headers.host}${req.url}`;
    const ray = String(req.headers['cf-ray'] ?? '');
    if (!URL.canParse(text)) {
      sendErrorPage(res, 400, String(req.headers.host), ray);
      return;
    }
    const access: OriginAccess = { via: 'cloudflare', ray, timeoutMs };
    void answerAsOrigin(state, new URL(text), access, req, res).catch(() => res.destroy());
  });
  // workerd drops idle connections first, so it never sends a request into one that is being closed here.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
