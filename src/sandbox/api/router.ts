/** From method and path to an endpoint, past the token's permissions and scope. */
import type { SandboxToken } from '../state.js';
import { type Endpoint, unroutable } from './endpoint.js';
import { refuse } from './envelope.js';
import { holds, reaches } from './permissions.js';
import type { World } from './world.js';

interface CompiledEndpoint {
  endpoint: Endpoint;
  segments: string[];
}

export interface RoutedCall {
  endpoint: Endpoint;
  params: Record<string, string>;
}

export class Router {
  readonly #endpoints: CompiledEndpoint[];

  constructor(endpoints: readonly Endpoint[]) {
    this.#endpoints = endpoints.map((endpoint) => ({ endpoint, segments: endpoint.path.split('/') }));
  }

  /**
   * Finds the endpoint. Unknown paths are logged, so that a test shows what the sandbox lacks.
   * @throws ApiRefusal 404 code 7000 for an unknown path, 405 code 7001 for a known path with another method
   */
  find(method: string, path: string, world: World): RoutedCall {
    const wanted = path.split('/').map(decodeSegment);
    let pathKnown = false;
    for (const { endpoint, segments } of this.#endpoints) {
      const params = matchSegments(segments, wanted);
      if (!params) continue;
      if (endpoint.method === method) return { endpoint, params };
      pathKnown = true;
    }
    world.log(`sandbox: ${method} ${path} is not served here`);
    if (pathKnown) throw refuse(405, 7001, `Method ${method} not available for that URI`);
    throw refuse(404, 7000, 'No route for that URI');
  }
}

function matchSegments(segments: string[], wanted: string[]): Record<string, string> | null {
  if (segments.length !== wanted.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = wanted[index] ?? '';
    if (segment.startsWith(':') && value !== '') params[segment.slice(1)] = value;
    else if (segment !== value) return null;
  }
  return params;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * Whether the token may make the call.
 * @throws ApiRefusal 404 code 7003 for an unknown zone or account, 403 where permission or scope is missing
 */
export function authorize(call: RoutedCall, token: SandboxToken, world: World): void {
  const { endpoint, params } = call;
  const denied =
    endpoint.deniedCode === 9109
      ? refuse(403, 9109, 'Unauthorized to access requested resource')
      : refuse(403, 10000, 'Authentication error');
  if (params.zone !== undefined) {
    const zone = world.state.zones.get(params.zone);
    if (!zone) throw unroutable(`/zones/${params.zone}`);
    if (!reaches(token, zone)) throw denied;
  }
  if (params.account !== undefined) {
    if (!world.state.accounts.has(params.account)) throw unroutable(`/accounts/${params.account}`);
    if (!token.accounts.includes(params.account)) throw denied;
  }
  if (!holds(token, endpoint.needs)) throw denied;
}
