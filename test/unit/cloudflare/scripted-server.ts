/** A server on loopback that answers from a list, in order, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply = (response: ServerResponse, request: Received) => void;

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** `POST /zones/z/workers/routes` … in the order of arrival. */
  readonly calls: readonly string[];
  /** Answers for the next requests; past the last one each request is answered 500. */
  script(...replies: readonly Reply[]): void;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('error', () => {});
    message.on('end', () => {
      const url = new URL(message.url ?? '/', 'http://server');
      const request: Received = {
        method: message.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: message.headers,
        body: Buffer.concat(chunks).toString('latin1'),
      };
      received.push(request);
      (replies.shift() ?? text(500, 'the script is over'))(response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    get calls() {
      return received.map(({ method, path }) => `${method} ${path}`);
    },
    script: (...more) => {
      replies.push(...more);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Headers = Readonly<Record<string, string>>;

export function text(status: number, body: string | Buffer, headers: Headers = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/html', 'cf-ray': 'ray-1', ...headers }).end(body);
  };
}

export function json(status: number, body: unknown, headers: Headers = {}): Reply {
  return text(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

export function ok(result: unknown, resultInfo?: unknown, headers?: Headers): Reply {
  return json(200, { success: true, errors: [], messages: [], result, result_info: resultInfo }, headers);
}

export function fail(status: number, code: number, message = 'refused', headers: Headers = {}): Reply {
  return json(status, { success: false, errors: [{ code, message }], messages: [], result: null }, headers);
}

/** The request arrives, may be carried out, and no answer ever comes. */
export const lose: Reply = (response) => {
  response.socket?.destroy();
};

export const hang: Reply = () => {};

/** Says that more is coming than comes. */
export const truncate: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"success":true,"result":[', () => response.socket?.destroy());
};

/** One byte at a time, for ever. */
export const trickle: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

export const endless: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = ' '.repeat(64 * 1024);
  const pour = () => {
    while (response.writable && response.write(chunk));
  };
  response.on('drain', pour);
  pour();
};
