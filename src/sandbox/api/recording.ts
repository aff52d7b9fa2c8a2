/** What was asked and answered: in memory for tests, and as NDJSON for a schema check. */
import { appendFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './envelope.js';
import { readForm } from './multipart.js';

export interface RecordedRequest {
  method: string;
  /** Path below /client/v4, without the query. */
  path: string;
  query: Record<string, string>;
  /** HTTP status of the answer; 0 until there is one, and where the connection was dropped. */
  status: number;
  /** Milliseconds since 1970, by the sandbox's clock. */
  at: number;
  /** Id of the token, null where it is missing or unknown. */
  tokenId: string | null;
  /** With `record` or `recordTo`: the body, parsed where it is JSON; a form as `{ part name: content }`. */
  body?: unknown;
  requestType?: string;
  response?: unknown;
  responseType?: string;
  /** The answer was a fault's, not the truth. */
  faked?: boolean;
}

export interface RecordingOptions {
  /** Keep the bodies of requests and answers. */
  bodies: boolean;
  /** Append every finished call to this file, one JSON object a line. */
  file: string | undefined;
}

export class Recording {
  readonly requests: RecordedRequest[] = [];
  readonly #options: RecordingOptions;

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  begin(method: string, url: URL, path: string, at: number): RecordedRequest {
    const query = Object.fromEntries(url.searchParams);
    const request: RecordedRequest = { method, path, query, status: 0, at, tokenId: null };
    this.requests.push(request);
    return request;
  }

  async keepBody(request: RecordedRequest, headers: IncomingHttpHeaders, body: Buffer): Promise<void> {
    if (!this.#keepsBodies || body.length === 0) return;
    const type = headers['content-type'] ?? '';
    request.requestType = type;
    request.body = await readableBody(body, type);
  }

  async finish(request: RecordedRequest, answer: Answer, faked: boolean): Promise<void> {
    request.status = answer.status;
    if (faked) request.faked = true;
    if (!this.#keepsBodies) return;
    const type = answer.headers['content-type'] ?? '';
    request.responseType = type;
    request.response = await readableBody(answer.body, type);
    if (this.#options.file !== undefined) appendFileSync(this.#options.file, `${JSON.stringify(request)}\n`);
  }

  get #keepsBodies(): boolean {
    return this.#options.bodies || this.#options.file !== undefined;
  }
}

async function readableBody(body: Buffer, type: string): Promise<unknown> {
  try {
    if (type.startsWith('multipart/form-data')) {
      const parts = await readForm(body, type);
      return Object.fromEntries(parts.map((part) => [part.name, readableText(part.content, part.type)]));
    }
    return readableText(body, type);
  } catch {
    return body.toString('utf8');
  }
}

function readableText(content: Buffer, type: string): unknown {
  const text = content.toString('utf8');
  const looksLikeJson = type.startsWith('application/json') || (type === '' && text.startsWith('{'));
  return looksLikeJson ? JSON.parse(text) : text;
}
