/** A visitor of the sandbox: asks its edge for a URL and tells what came back. */
import { request, STATUS_CODES } from 'node:http';

const SHOWN_HEADERS = [
  'content-type',
  'retry-after',
  'cache-control',
  'location',
  'x-maint-event',
  'x-maint-bypassed',
  'x-served-by',
  'x-sandbox-origin',
];

/**
 * Asks the edge for `url`; redirects are not followed.
 *
 * @returns {Promise<{status: number, headers: Record<string, string>, body: string}>}
 */
export function visit(edge, url, headers = {}) {
  const { host, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { host: edge.host, port: edge.port, path: pathname + search, agent: false };
    const asked = request({ ...options, headers: { host, ...headers } }, async (response) => {
      try {
        const body = Buffer.concat(await response.toArray()).toString();
        resolve({ status: response.statusCode, headers: response.headers, body });
      } catch (error) {
        reject(error);
      }
    });
    asked.on('error', reject).end();
  });
}

/** Who answered: the Worker that says so, or the origin. */
export function servedBy({ headers }) {
  return headers['x-served-by'] ?? `origin of ${headers['x-sandbox-origin']}`;
}

/** The few lines of an answer that matter to a reader. */
export function extractOf({ status, headers, body }) {
  const named = SHOWN_HEADERS.filter((name) => headers[name] !== undefined);
  return [
    `HTTP ${status} ${STATUS_CODES[status]}`,
    ...named.map((name) => `${name}: ${headers[name]}`),
    ...textOf(headers['content-type'] ?? '', body),
  ];
}

function textOf(type, body) {
  if (type.startsWith('text/html')) {
    const texts = [...body.matchAll(/<(h1|p)\b[^>]*>(.*?)<\/\1>/gs)];
    return texts.slice(0, 2).map(([, , text]) => text.replace(/<[^>]+>/g, ''));
  }
  if (type.startsWith('application/problem+json')) {
    const { title, status, detail } = JSON.parse(body);
    return [JSON.stringify({ title, status, detail })];
  }
  return body.split('\n').slice(0, 1).filter(Boolean);
}
