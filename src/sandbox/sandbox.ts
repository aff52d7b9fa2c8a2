/** A small Cloudflare on this computer: `startSandbox()` gives an API and, with workerd, an edge that runs Workers. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ENDPOINTS } from './api/endpoints.js';
import { FaultList } from './api/faults.js';
import { RateLimiter } from './api/rate-limit.js';
import { Recording } from './api/recording.js';
import { Router } from './api/router.js';
import { API_BASE_PATH, type ApiParts, serveApi } from './api/server.js';
import { createWorld, type World } from './api/world.js';
import { CONTROL_BASE_PATH, serveControl } from './control/control.js';
import type { Edge } from './edge/edge.js';
import { edgeAvailable, startEdge, validateScript } from './edge/edge.js';
import { buildFleet } from './fleet.js';
import type { Sandbox, SandboxOptions } from './interface.js';
import { takeSnapshot } from './snapshot.js';
import { emptyState } from './state.js';
import { createTokens } from './tokens.js';

export type { CannedAnswer, Fault } from './api/faults.js';
export type { RecordedRequest } from './api/recording.js';
export type { Sandbox, SandboxOptions } from './interface.js';
export type { SandboxSnapshot } from './snapshot.js';
export type { SandboxTokens } from './tokens.js';

/** Long enough that no client meets a connection that is just being closed for idleness. */
const KEEP_ALIVE_MS = 60_000;

/** Starts the API and, where it can, the edge; both listen on loopback only unless told otherwise. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const world = createSandboxWorld(options);
  buildFleet(world, options.fleet ?? 'demo', options.zones ?? 12);
  const edge = await openEdge(world, host, options);
  if (edge) world.validateScript = validateScript;
  const parts = createApi(world, edge, options);
  const faults = parts.faults;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  try {
    await listen(server, host, options.apiPort ?? 0);
  } catch (error) {
    await edge?.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const sandbox: Sandbox = {
    apiUrl: `http://${host}:${port}${API_BASE_PATH}`,
    edge: edge && { host, port: edge.port },
    state: world.state,
    tokens: createTokens(world.state),
    requests: parts.recording.requests,
    mutations: () => parts.recording.requests.filter(({ method }) => method !== 'GET'),
    faults: { add: (fault) => faults.add(fault), clear: () => faults.clear() },
    rateLimit: { set: (change) => parts.limiter.set(change) },
    changed: async () => {
      world.changed();
      await edge?.ready();
    },
    snapshot: () => takeSnapshot(world.state),
    close: async () => {
      await closeServer(server);
      await edge?.close();
    },
  };
  serve(server, parts, sandbox);
  return sandbox;
}

/** Environment variables that point a client at this sandbox. */
export function describeEnvironment(sandbox: Sandbox): Record<string, string> {
  return {
    CLOUDFLARE_API_TOKEN: sandbox.tokens.all,
    CLOUDFLARE_API_BASE_URL: sandbox.apiUrl,
    ...(sandbox.edge ? { MAINT_CONNECT_TO: `${sandbox.edge.host}:${sandbox.edge.port}` } : {}),
  };
}

function createSandboxWorld(options: SandboxOptions): World {
  const choices = {
    resetFailOpenOnPut: options.resetFailOpenOnPut ?? true,
    workersPlan: options.workersPlan ?? 'paid',
    listLagMs: options.listLagMs ?? 0,
  };
  return createWorld(emptyState(), choices, options.now ?? Date.now, options.onLog ?? (() => {}));
}

function createApi(world: World, edge: Edge | null, options: SandboxOptions): ApiParts {
  return {
    world,
    router: new Router(ENDPOINTS),
    limiter: new RateLimiter(options.rateLimit ?? 1200, world.now),
    faults: new FaultList(),
    recording: new Recording({ bodies: options.record ?? false, file: options.recordTo }),
    latencyMs: options.latencyMs ?? 0,
    edgeReady: async () => {
      if (options.instantEdge ?? true) await edge?.ready();
    },
  };
}

async function openEdge(world: World, host: string, options: SandboxOptions): Promise<Edge | null> {
  if (options.edge === false) return null;
  if (!(await edgeAvailable())) {
    world.log('sandbox: the package workerd is not installed, so there is an API but no edge to visit');
    return null;
  }
  return startEdge(world.state, { host, port: options.edgePort ?? 0, onLog: world.log });
}

function serve(server: Server, parts: ApiParts, sandbox: Sandbox): void {
  server.on('request', (request, response) => {
    const path = request.url ?? '/';
    const answered = path.startsWith(CONTROL_BASE_PATH)
      ? serveControl({ parts, sandbox, environment: describeEnvironment(sandbox) }, request, response)
      : serveApi(parts, request, response);
    answered.catch((error: unknown) => {
      parts.world.log(`sandbox: ${request.method} ${path} failed: ${error}`);
      response.destroy();
    });
  });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
