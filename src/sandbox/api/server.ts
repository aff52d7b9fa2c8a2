/** The API over HTTP: record, limit, identify, route, apply, answer; faults may strike at every step. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxToken } from '../state.js';
import { identify, tokenStatus } from './authenticate.js';
import { Call } from './endpoint.js';
import { type Answer, ApiRefusal, answerRefusal, refuse } from './envelope.js';
import { answerInstead, type CannedAnswer, type Fault, type FaultList } from './faults.js';
import type { RateLimiter } from './rate-limit.js';
import type { RecordedRequest, Recording } from './recording.js';
import { authorize, type Router } from './router.js';
import type { World } from './world.js';

export const API_BASE_PATH = '/client/v4';

export interface ApiParts {
  world: World;
  router: Router;
  limiter: RateLimiter;
  faults: FaultList;
  recording: Recording;
  latencyMs: number;
  /** Resolves once visitors see the newest state. */
  edgeReady: () => Promise<void>;
}

/** Answers one request for a path below /client/v4. */
export async function serveApi(
  parts: ApiParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world, recording } = parts;
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const path = url.pathname.slice(API_BASE_PATH.length);
  const method = request.method ?? 'GET';
  const record = recording.begin(method, url, path, world.now());
  const body = await readBody(request);
  await recording.keepBody(record, request.headers, body);
  record.tokenId = tokenId(world, request);

  const fault = parts.faults.match(method, path) ?? {};
  const delayMs = parts.latencyMs + (fault.delayMs ?? 0);
  if (delayMs > 0) await sleep(delayMs);
  await fault.hook?.(record, 'before');
  if (fault.dropBefore) return dropConnection(request);

  const canned = answerInstead(fault);
  let answer = canned ? fromCanned(canned) : await apply(parts, request, url, record, body);
  await fault.hook?.(record, 'after');
  if (fault.dropAfter) return dropConnection(request);
  if (fault.respondAfter) answer = fromCanned(fault.respondAfter);
  if (fault.truncate)
    answer = { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length / 2)) };
  const faked = canned !== null || fault.respondAfter !== undefined || fault.truncate === true;
  await recording.finish(record, answer, faked);
  await send(response, answer, fault, world.now());
}

async function apply(
  parts: ApiParts,
  request: IncomingMessage,
  url: URL,
  record: RecordedRequest,
  body: Buffer,
): Promise<Answer> {
  const { world } = parts;
  const before = world.state.revision;
  let limits: Record<string, string> = {};
  try {
    const token = identify(world.state, request.headers);
    limits = parts.limiter.take(token);
    const answer = await dispatch(parts, request, url, record, body, token);
    if (world.state.revision !== before) await parts.edgeReady();
    return { ...answer, headers: { ...limits, ...answer.headers } };
  } catch (error) {
    if (!(error instanceof ApiRefusal))
      world.log(`sandbox: ${record.method} ${record.path} failed: ${error}`);
    const refusal = error instanceof ApiRefusal ? error : refuse(500, 10002, 'Internal error');
    const answer = answerRefusal(refusal);
    return { ...answer, headers: { ...limits, ...answer.headers } };
  }
}

function tokenId(world: World, request: IncomingMessage): string | null {
  try {
    return identify(world.state, request.headers)?.id ?? null;
  } catch {
    return null;
  }
}

async function dispatch(
  parts: ApiParts,
  request: IncomingMessage,
  url: URL,
  record: RecordedRequest,
  body: Buffer,
  token: SandboxToken | null,
): Promise<Answer> {
  const { world, router } = parts;
  const routed = router.find(record.method, record.path, world);
  const verifies = routed.endpoint.path.endsWith('/tokens/verify');
  if (token === null)
    throw verifies ? refuse(401, 1000, 'Invalid API Token') : refuse(403, 10000, 'Authentication error');
  if (!verifies && tokenStatus(token, world.now()) !== 'active')
    throw refuse(403, 10000, 'Authentication error');
  authorize(routed, token, world);
  return routed.endpoint.handle(
    new Call(world, token, routed.params, url.searchParams, request.headers, body),
  );
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function fromCanned(canned: CannedAnswer): Answer {
  const text = typeof canned.body === 'string';
  const body = canned.body === undefined ? '' : text ? (canned.body as string) : JSON.stringify(canned.body);
  const type = text ? 'text/plain; charset=UTF-8' : 'application/json';
  return {
    status: canned.status,
    headers: { 'content-type': type, ...canned.headers },
    body: Buffer.from(body),
  };
}

/** A reset, not a polite end: the client must see ECONNRESET. */
function dropConnection(request: IncomingMessage): void {
  request.socket.resetAndDestroy();
}

async function send(response: ServerResponse, answer: Answer, fault: Fault, now: number): Promise<void> {
  response.writeHead(answer.status, {
    date: new Date(now).toUTCString(),
    server: 'cloudflare',
    'cf-ray': `${randomBytes(8).toString('hex')}-LHR`,
    'content-length': answer.body.length,
    ...answer.headers,
  });
  if (fault.trickleMs !== undefined) {
    const step = Math.max(1, Math.ceil(answer.body.length / 8));
    for (let sent = 0; sent < answer.body.length && !response.destroyed; sent += step) {
      response.write(answer.body.subarray(sent, sent + step));
      await sleep(fault.trickleMs);
    }
    response.end();
  } else {
    response.end(answer.body);
  }
}
