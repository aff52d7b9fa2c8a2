/** A visitor at the sandbox's edge. */
import http from 'node:http';
import type { Sandbox } from '../../src/sandbox/sandbox.js';

export interface Visit {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Asks for an https URL of a site, as its browser would, through the edge; follows nothing. */
export function visit(
  { edge }: Pick<Sandbox, 'edge'>,
  address: string,
  headers: Readonly<Record<string, string>> = { accept: 'text/html' },
): Promise<Visit> {
  const url = new URL(address);
  if (edge === null) throw new Error('this sandbox has no edge');
  return new Promise((resolve, reject) => {
    const options = {
      host: edge.host,
      port: edge.port,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, ...headers },
    };
    http
      .get(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: Buffer.concat(chunks).toString() });
        });
      })
      .on('error', reject);
  });
}
