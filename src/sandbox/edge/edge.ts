/**
 * The edge of the small Cloudflare: a plain HTTP port that treats every request as a visitor's to
 * `https://<Host>`, finds the zone, the route and the Worker, and runs it in real workerd.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxState, SandboxZone } from '../state.js';
import { sendErrorPage } from './error-pages.js';
import { forward } from './forward.js';
import { matchRoute } from './match.js';
import { answerAsOrigin, startOriginServer } from './origins.js';
import { resolveHost } from './resolve-host.js';
import { validateScript } from './start-script.js';
import { readVisitor, requestProperties, type Visitor } from './visitor.js';
import { createWorkerRuntime, type WorkerRuntime } from './worker-runtime.js';
import { CF_HEADER, CRASH_HEADER, SCHEME_HEADER } from './workerd-config.js';
import { edgeAvailable } from './workerd-process.js';

export { edgeAvailable, validateScript };

export interface Edge {
  port: number;
  /** Resolves when a request served from now on sees `state.revision` as of now: at once, see startEdge. */
  ready(): Promise<void>;
  /** Ends every connection and process. */
  close(): Promise<void>;
}

export interface EdgeOptions {
  host: string;
  /** 0 or absent: any free port. */
  port?: number;
  /** What the Workers print, and what of them cannot run or is not simulated. */
  onLog?: (line: string) => void;
  /** How long Cloudflare waits for a silent origin. */
  originTimeoutMs?: number;
}

/** Cloudflare docs, "Error 524": 100 seconds. */
const ORIGIN_TIMEOUT_MS = 100_000;

/** What answering a request takes. */
interface Parts {
  state: SandboxState;
  originPort: number;
  runtime: WorkerRuntime;
  onLog: (line: string) => void;
}

/**
 * Serves `state`, which may change at any time. Every request looks at it as it is then; the first one that
 * meets a new or changed script waits until that has started.
 *
 * @throws Error when the port is taken or workerd cannot run
 */
export async function startEdge(state: SandboxState, options: EdgeOptions): Promise<Edge> {
  const onLog = options.onLog ?? (() => {});
  const origins = await startOriginServer(state, options.originTimeoutMs ?? ORIGIN_TIMEOUT_MS);
  const runtime = createWorkerRuntime(state, origins.port, onLog);
  const parts: Parts = { state, originPort: origins.port, runtime, onLog };
  const server = createServer((req, res) => void answer(parts, req, res));
  const close = async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    await Promise.all([runtime.close(), origins.close()]);
  };
  try {
    if (!(await edgeAvailable())) throw new Error('the edge needs the npm package workerd');
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(options.port ?? 0, options.host, resolve);
    });
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return { port, ready: async () => {}, close };
}

async function answer(parts: Parts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const visitor = readVisitor(req);
  if (!visitor) return sendErrorPage(res, 400, req.headers.host ?? '', '-');
  const host = visitor.url.hostname;
  try {
    const destination = resolveHost(parts.state, host);
    switch (destination.kind) {
      case 'no-zone':
        return sendErrorPage(res, 1001, host, visitor.ray);
      case 'no-record':
        return sendErrorPage(res, 1016, host, visitor.ray);
      case 'direct':
        return await answerAsOrigin(parts.state, visitor.url, { via: 'direct' }, req, res);
      case 'proxied':
        return await answerProxied(parts, destination.zone, visitor, req, res);
    }
  } catch (error) {
    if (res.destroyed) return;
    parts.onLog(`${visitor.method} ${visitor.url.href}: ${String(error)}`);
    if (res.headersSent) res.destroy();
    else sendErrorPage(res, 520, host, visitor.ray);
  }
}

async function answerProxied(
  parts: Parts,
  zone: SandboxZone,
  visitor: Visitor,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const route = matchRoute(visitor.url.href, parts.state.routes.get(zone.id) ?? []);
  const scheme = { [SCHEME_HEADER]: visitor.url.protocol.slice(0, -1) };
  if (!route?.script) {
    await forward(visitor, parts.originPort, scheme, [req, res]);
    return;
  }
  const { accountId } = zone;
  const { script } = route;
  const headers = {
    ...scheme,
    [CF_HEADER]: JSON.stringify(requestProperties(visitor, req.httpVersion)),
  };
  const crashed = (worker: IncomingMessage) => CRASH_HEADER in worker.headers;
  const crash = await parts.runtime.run(accountId, script, (port) =>
    forward(visitor, port, headers, [req, res], crashed),
  );
  if (!crash) return;
  parts.onLog(`Worker ${script} failed on ${visitor.url.href}: ${await crash.toArray().then(String)}`);
  sendErrorPage(res, 1101, visitor.url.hostname, visitor.ray);
}
