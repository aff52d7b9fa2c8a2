/** An endpoint as a table row, and the call it is handed. */
import type { IncomingHttpHeaders } from 'node:http';
import type { SandboxAccount, SandboxToken, SandboxZone } from '../state.js';
import { type Answer, refuse } from './envelope.js';
import type { World } from './world.js';

export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below /client/v4; `:zone` and `:account` are looked up and checked against the token's scope. */
  path: string;
  /** Permission groups any one of which opens the endpoint; empty where a valid token is enough. */
  needs: readonly string[];
  /** The code of the 403 for a token without the permission or the scope; 10000 where not given. */
  deniedCode?: 9109 | 10000;
  handle: (call: Call) => Answer | Promise<Answer>;
}

/** One authenticated and permitted call. */
export class Call {
  constructor(
    readonly world: World,
    readonly token: SandboxToken,
    readonly params: Readonly<Record<string, string>>,
    readonly query: URLSearchParams,
    readonly headers: IncomingHttpHeaders,
    readonly body: Buffer,
  ) {}

  /** The zone of the path; the router has seen to it that it exists. */
  get zone(): SandboxZone {
    const zone = this.world.state.zones.get(this.param('zone'));
    if (!zone) throw unroutable(`/zones/${this.param('zone')}`);
    return zone;
  }

  /** The account of the path; the router has seen to it that it exists. */
  get account(): SandboxAccount {
    const account = this.world.state.accounts.get(this.param('account'));
    if (!account) throw unroutable(`/accounts/${this.param('account')}`);
    return account;
  }

  param(name: string): string {
    return this.params[name] ?? '';
  }

  /**
   * The body as a JSON object.
   * @throws ApiRefusal 400 with `code` (10026 in the Workers API, 6007 elsewhere) where it is none.
   */
  jsonObject(code: 10026 | 6007): Record<string, unknown> {
    const value = this.jsonValue(code);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw refuse(400, code, 'Malformed JSON in request body');
    }
    return value as Record<string, unknown>;
  }

  jsonValue(code: 10026 | 6007): unknown {
    try {
      return JSON.parse(this.body.toString('utf8'));
    } catch {
      throw refuse(400, code, 'Malformed JSON in request body');
    }
  }
}

/** The answer to an identifier that leads nowhere: 7003, followed by 7000. */
export function unroutable(path: string): Error {
  const refusal = refuse(404, 7003, `Could not route to ${path}, perhaps your object identifier is invalid?`);
  refusal.problems.push({ code: 7000, message: 'No route for that URI' });
  return refusal;
}
