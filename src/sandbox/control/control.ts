/**
 * The sandbox's own controls over HTTP, on the API's port, without authentication; all JSON.
 *
 * | request | does |
 * |---|---|
 * | GET /sandbox/env | environment variables that point a client here |
 * | GET /sandbox/state | the snapshot |
 * | GET /sandbox/requests | every API call so far; DELETE forgets them |
 * | POST /sandbox/faults | arms a fault (`path` as a glob, no hook) → `{id}`; DELETE disarms all |
 * | POST /sandbox/tokens | makes a token of the fields given → `{value}` |
 * | POST /sandbox/rate-limit | `{limit?, used?}`: changes the limit, or how much of it is used; lifts blocks |
 * | POST /sandbox/list-lag | `{ms}`: how far lists of routes and scripts trail behind |
 * | PUT /sandbox/origins/{hostname} | how the origin of a hostname behaves; DELETE: as at first |
 * | PATCH /sandbox/zones/{name} | changes fields of a zone, e.g. `{paused: true}` |
 * | POST /sandbox/zones/{name}/routes | adds a route, as somebody else would |
 * | PUT /sandbox/zones/{name}/routes | changes the route of the body's `pattern` |
 * | DELETE /sandbox/zones/{name}/routes?pattern=… | removes the route of that pattern |
 * | POST /sandbox/accounts/{id}/scripts | `{name, code}`: uploads a script of one module |
 * | DELETE /sandbox/accounts/{id}/scripts/{name} | removes a script, bound or not |
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from '../api/faults.js';
import type { ApiParts } from '../api/server.js';
import type { Sandbox } from '../interface.js';
import type { OriginBehaviour, SandboxToken } from '../state.js';
import { ControlRefusal, changeRoute, dropScript, editZone, putScript } from './foreign-edits.js';

export const CONTROL_BASE_PATH = '/sandbox/';

export interface ControlContext {
  parts: ApiParts;
  sandbox: Sandbox;
  environment: Record<string, string>;
}

interface ControlCall {
  method: string;
  /** Path segments below /sandbox. */
  path: string[];
  query: URLSearchParams;
  body: Record<string, unknown>;
}

/** Answers one request below /sandbox/: 200 with JSON, or 404/400 with `{error}`. */
export async function serveControl(
  context: ControlContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const path = url.pathname.slice(CONTROL_BASE_PATH.length).split('/').map(decodeURIComponent);
  let status = 200;
  let answer: unknown;
  try {
    const body = await readJson(request);
    const method = request.method ?? 'GET';
    answer = await control(context, { method, path, query: url.searchParams, body });
  } catch (error) {
    if (!(error instanceof ControlRefusal)) throw error;
    status = error.status;
    answer = { error: error.message };
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
}

async function control(context: ControlContext, call: ControlCall): Promise<unknown> {
  const { sandbox, parts } = context;
  const [topic, name = '', part, item = ''] = call.path;
  const before = sandbox.state.revision;
  const answer =
    part === undefined
      ? controlSandbox(context, `${call.method} ${topic}`, name, call.body)
      : editAsSomebodyElse(context, `${call.method} ${topic} ${part}`, name, item, call);
  if (answer === undefined)
    throw new ControlRefusal(404, `no control ${call.method} /sandbox/${call.path.join('/')}`);
  if (sandbox.state.revision !== before) await parts.edgeReady();
  return answer;
}

function controlSandbox(
  context: ControlContext,
  action: string,
  name: string,
  body: Record<string, unknown>,
): unknown {
  const { sandbox, parts } = context;
  const { world } = parts;
  switch (action) {
    case 'GET env':
      return context.environment;
    case 'GET state':
      return sandbox.snapshot();
    case 'GET requests':
      return sandbox.requests;
    case 'DELETE requests':
      return { forgotten: sandbox.requests.splice(0).length };
    case 'POST faults':
      return { id: sandbox.faults.add(body as Fault) };
    case 'DELETE faults':
      sandbox.faults.clear();
      return {};
    case 'POST tokens':
      return { value: sandbox.tokens.make(body as Partial<SandboxToken>) };
    case 'POST rate-limit':
      sandbox.rateLimit.set(body as { limit?: number; used?: number });
      return {};
    case 'POST list-lag':
      world.lag.setLag(Number(body.ms), world.state);
      return {};
    case 'PUT origins':
      world.state.origins.set(name, body as unknown as OriginBehaviour);
      world.changed();
      return {};
    case 'DELETE origins':
      world.state.origins.delete(name);
      world.changed();
      return {};
    case 'PATCH zones':
      return editZone(world, name, body);
    default:
      return undefined;
  }
}

function editAsSomebodyElse(
  context: ControlContext,
  action: string,
  name: string,
  item: string,
  call: ControlCall,
): unknown {
  const { world } = context.parts;
  switch (action) {
    case 'POST zones routes':
    case 'PUT zones routes':
      return changeRoute(world, name, String(call.body.pattern ?? ''), call.method, call.body);
    case 'DELETE zones routes':
      return changeRoute(world, name, call.query.get('pattern') ?? '', 'DELETE', {});
    case 'POST accounts scripts':
      return putScript(world, name, call.body);
    case 'DELETE accounts scripts':
      return dropScript(world, name, item);
    default:
      return undefined;
  }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (chunks.length === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new ControlRefusal(400, 'the body is not JSON');
  }
}
