/** Runs Workers in the real `workerd`, with a Node server in the place of every origin. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { COMPATIBILITY_DATE } from '../../src/worker/deployment-modules.js';

/** The path of the binary; the package carries no types. */
const { default: workerd } = createRequire(import.meta.url)('workerd') as { default: string };

export interface Worker {
  readonly modules: readonly { readonly name: string; readonly type: string; readonly content: string }[];
  /** Binding name → the name of another Worker of the same run. */
  readonly bindings?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Edge {
  /** Sends one request to a Worker; the path goes out byte for byte, redirects are not followed. */
  ask(worker: string, ask?: Ask): Promise<Answer>;
  /** `http://127.0.0.1:<port>` of a Worker. */
  address(worker: string): string;
  close(): Promise<void>;
}

export type Origin = (request: IncomingMessage, response: ServerResponse) => void;

/** An origin that tells what it was sent, as JSON. */
export const echoOrigin: Origin = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('cache-control', 'public, max-age=600');
    response.setHeader('content-type', 'application/json');
    const { method, url, headers } = request;
    response.end(
      JSON.stringify({ origin: true, method, url, headers, body: Buffer.concat(chunks).toString() }),
    );
  });
};

/** Starts workerd with one socket a Worker. `x-forwarded-proto` decides the scheme that a Worker sees. */
export async function startEdge(
  workers: Readonly<Record<string, Worker>>,
  origin: Origin = echoOrigin,
): Promise<Edge> {
  const server = http.createServer(origin);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const folder = mkdtempSync(path.join(tmpdir(), 'maint-edge-'));
  writeFileSync(
    path.join(folder, 'edge.capnp'),
    config(workers, (server.address() as AddressInfo).port, folder),
  );
  const child = spawn(workerd, ['serve', 'edge.capnp', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  const ports = await listeningPorts(child, Object.keys(workers).length);
  const portOf = (worker: string): number => {
    const port = ports.get(worker);
    if (port === undefined) throw new Error(`no Worker ${worker}`);
    return port;
  };
  return {
    ask: (worker, ask = {}) => send(portOf(worker), ask),
    address: (worker) => `http://127.0.0.1:${portOf(worker)}`,
    close: async () => {
      stop();
      process.off('exit', stop);
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** workerd writes a line of JSON for every socket it opens. */
function listeningPorts(child: ChildProcess, count: number): Promise<Map<string, number>> {
  return new Promise((resolve, reject) => {
    const ports = new Map<string, number>();
    let trouble = '';
    let pending = '';
    child.stderr?.on('data', (chunk) => {
      trouble += chunk;
    });
    child.once('exit', (code) => reject(new Error(`workerd left with ${code}: ${trouble}`)));
    (child.stdio[3] as Readable).on('data', (chunk) => {
      const lines = `${pending}${chunk}`.split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) {
        const { socket, port } = JSON.parse(line) as { socket: string; port: number };
        ports.set(socket, port);
      }
      if (ports.size === count) resolve(ports);
    });
  });
}

function send(port: number, { path = '/', method = 'GET', headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Said for every method: of DELETE, for one, Node would send a body whose end nobody can tell.
    const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
    const all = { host: 'shop.example', ...length, ...headers };
    const request = http.request({ host: '127.0.0.1', port, path, method, headers: all }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function config(workers: Readonly<Record<string, Worker>>, originPort: number, folder: string): string {
  const names = Object.keys(workers);
  const services = Object.entries(workers).map(([name, worker]) => service(name, worker, folder));
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "origin", external = (address = "127.0.0.1:${originPort}", http = ())),
    ${services.join(',\n    ')}
  ],
  sockets = [${names.map((name) => `(name = "${name}", address = "127.0.0.1:0", http = (forwardedProtoHeader = "x-forwarded-proto"), service = "${name}")`).join(', ')}]
);
`;
}

function service(name: string, worker: Worker, folder: string): string {
  const modules = worker.modules.map((module) => {
    const file = `${name}-${module.name}`;
    writeFileSync(path.join(folder, file), module.content);
    const kind = module.type === 'text/plain' ? 'text' : 'esModule';
    return `(name = "${module.name}", ${kind} = embed "${file}")`;
  });
  const bindings = Object.entries(worker.bindings ?? {}).map(
    ([binding, target]) => `(name = "${binding}", service = "${target}")`,
  );
  return `(name = "${name}", worker = (compatibilityDate = "${COMPATIBILITY_DATE}", globalOutbound = "origin", modules = [${modules.join(', ')}], bindings = [${bindings.join(', ')}]))`;
}
