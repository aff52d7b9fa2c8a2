/** One attempt over the wire: from a request to the bytes of its answer, or to a precise account of no answer. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { MaintError } from '../../model/errors.js';
import { type ApiRequest, endpointOf, mutates, PAGE_BYTES } from './api-request.js';
import { cutAfter } from './cut.js';
import { CloudflareError } from './errors.js';
import { codeOf, noAnswer } from './no-answer.js';
import type { CloudflareOptions, Deadlines } from './options.js';
import { apiAddress, openDispatcher, requireSoundProxy } from './pool.js';

const unzip = promisify(gunzip);

export const DEADLINES: Deadlines = { connect: 10_000, attempt: 30_000, upload: 60_000 };

export interface Answer {
  readonly status: number;
  /** Lower-case names; of a repeated header the values are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Sender {
  /** @throws CloudflareError where no whole answer came; `ambiguous` tells whether it can have arrived. */
  send(request: ApiRequest): Promise<Answer>;
  close(): Promise<void>;
}

type SenderOptions = Pick<
  CloudflareOptions,
  'token' | 'baseUrl' | 'proxy' | 'deadlines' | 'signal' | 'userAgent'
>;

/** Opens the connection pool to the API with the first request. The token must be clean already. */
export function createSender(options: SenderOptions): Sender {
  const base = apiAddress(options.baseUrl);
  const deadlines = options.deadlines ?? DEADLINES;
  const proxy = options.proxy ?? {};
  requireSoundProxy(base, proxy);
  let opened: Promise<Dispatcher> | null = null;
  const headers = {
    authorization: `Bearer ${options.token}`,
    'user-agent': options.userAgent,
    'accept-encoding': 'gzip',
  };
  let closed: Promise<void> | undefined;
  return {
    async send(request) {
      const deadline = request.form === undefined ? deadlines.attempt : deadlines.upload;
      const cut = cutAfter(deadline, options.signal);
      try {
        opened ??= openDispatcher(base, proxy, deadlines);
        const dispatcher = await opened;
        const response = await dispatcher.request({
          ...addressOf(base, request),
          method: request.method,
          headers: request.json === undefined ? headers : { ...headers, 'content-type': 'application/json' },
          body:
            request.json === undefined ? ((await request.form?.()) ?? null) : JSON.stringify(request.json),
          signal: cut.signal,
        });
        return await readAnswer(response, request);
      } catch (error) {
        throw error instanceof MaintError ? error : noAnswer(error, request, cut, deadline);
      } finally {
        cut.clear();
      }
    },
    close() {
      closed ??= (opened ?? Promise.resolve(null)).then(
        (dispatcher) => dispatcher?.close(),
        () => {},
      );
      return closed;
    },
  };
}

function addressOf(base: URL, request: ApiRequest): { origin: string; path: string } {
  const url = new URL(base.href.replace(/\/+$/, '') + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, String(value));
  return { origin: url.origin, path: `${url.pathname}${url.search}` };
}

async function readAnswer(response: Dispatcher.ResponseData, request: ApiRequest): Promise<Answer> {
  const largest = request.largest ?? PAGE_BYTES;
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join() : value,
    ]),
  ) as Record<string, string>;
  const status = response.statusCode;
  try {
    const raw = await readBody(response, request, largest);
    const zipped = headers['content-encoding'] === 'gzip' && raw.length > 0;
    return { status, headers, body: zipped ? await inflate(raw, status, request, largest) : raw };
  } catch (error) {
    // A refusal by the rate limit is complete with its headers, and must not be taken for a lost answer.
    if (status === 429) return { status, headers, body: Buffer.alloc(0) };
    throw error;
  }
}

async function readBody(
  response: Dispatcher.ResponseData,
  request: ApiRequest,
  largest: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largest) throw tooLarge(response.statusCode, request, largest);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function inflate(raw: Buffer, status: number, request: ApiRequest, largest: number): Promise<Buffer> {
  try {
    return await unzip(raw, { maxOutputLength: largest });
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(status, request, largest);
    throw unreadableBody(status, request, 'The compressed answer of Cloudflare is damaged', true);
  }
}

function tooLarge(status: number, request: ApiRequest, largest: number): CloudflareError {
  const limit = `${largest / (1 << 20)} MiB`;
  return unreadableBody(status, request, `The answer of Cloudflare is larger than ${limit}`, false);
}

function unreadableBody(
  status: number,
  request: ApiRequest,
  what: string,
  retryable: boolean,
): CloudflareError {
  return new CloudflareError('remote-unreadable', `${what} (${endpointOf(request)}).`, {
    status,
    endpoint: endpointOf(request),
    codes: [],
    retryable,
    ambiguous: mutates(request),
  });
}
