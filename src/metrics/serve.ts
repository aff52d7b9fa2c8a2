import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MaintError } from '../model/errors.js';
import { CONTENT_TYPE } from './text-format.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface MetricsServer {
  /** Where it answers. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `/metrics` until closed.
 *
 * @throws MaintError `failed` where the address cannot be used
 */
export async function serveMetrics({ host, port }: Address, text: () => string): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, answering(text));
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(
        new MaintError('failed', `Metrics cannot be served at ${host}:${port} (${code}).`, {
          hint: code === 'EADDRINUSE' ? 'Something else answers there: name another port.' : undefined,
        }),
      ),
    );
    server.listen({ host, port }, resolve);
  });
  const { address, family, port: taken } = server.address() as AddressInfo;
  const name = family === 'IPv6' ? `[${address}]` : address;
  return {
    url: `http://${name}:${taken}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answering(text: () => string): RequestListener {
  return ({ method, url }, answer) => {
    const path = (url ?? '/').replace(/\?.*$/, '');
    const send = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
      answer
        .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers })
        .end(method === 'HEAD' ? undefined : body);
    if (path !== '/metrics') return send(404, 'Look at /metrics.\n');
    if (method !== 'GET' && method !== 'HEAD') return send(405, 'Only GET.\n', { allow: 'GET, HEAD' });
    try {
      return send(200, text(), { 'content-type': CONTENT_TYPE });
    } catch {
      // The store may be busy: Prometheus asks again.
      return send(503, 'The store cannot be read now.\n');
    }
  };
}
