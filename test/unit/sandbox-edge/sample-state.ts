/** A small world for the edge's tests, and a visitor who walks into it. */
import { type IncomingHttpHeaders, request } from 'node:http';
import {
  emptyState,
  type SandboxDnsRecord,
  type SandboxModule,
  type SandboxRoute,
  type SandboxScript,
  type SandboxState,
  type SandboxZone,
} from '../../../src/sandbox/state.js';

const WHEN = '2026-01-01T00:00:00Z';

export function route(pattern: string, script: string | null = pattern): SandboxRoute {
  return { id: pattern, pattern, script, request_limit_fail_open: false };
}

export function module(content: string, name = 'main.js', type = 'application/javascript+module') {
  return { name, type, content: Buffer.from(content) } satisfies SandboxModule;
}

export function script(
  name: string,
  modules: SandboxModule[] | string,
  metadata: Record<string, unknown> = {},
): SandboxScript {
  const parts = typeof modules === 'string' ? [module(modules)] : modules;
  return {
    name,
    tag: name,
    etag: name,
    metadata: { main_module: 'main.js', compatibility_date: '2026-01-01', ...metadata },
    modules: parts,
    createdOn: WHEN,
    modifiedOn: WHEN,
    subdomain: { enabled: false, previews_enabled: false },
  };
}

/** Text of a Worker that answers with the value of an expression over `request`, `env` and `ctx`. */
export function worker(expression: string): string {
  return `export default { async fetch(request, env, ctx) { return new Response(${expression}); } };`;
}

export function dns(name: string, proxied = true, type = 'A'): SandboxDnsRecord {
  return {
    id: `${type}-${name}`,
    type,
    name,
    content: '192.0.2.1',
    proxied,
    ttl: 1,
    comment: null,
    tags: [],
    createdOn: WHEN,
    modifiedOn: WHEN,
  };
}

/** A state that can be added to; every addition moves the revision, as the API does. */
export class SampleState {
  readonly state: SandboxState = emptyState();

  /** A zone of `accountId` whose apex and subdomains are proxied, with these routes. */
  zone(name: string, routes: SandboxRoute[] = [], fields: Partial<SandboxZone> = {}): this {
    const zone: SandboxZone = {
      id: `zone-${name}`,
      name,
      status: 'active',
      paused: false,
      type: 'full',
      accountId: 'one',
      plan: 'free',
      createdOn: WHEN,
      ...fields,
    };
    this.state.zones.set(zone.id, zone);
    this.state.routes.set(zone.id, routes);
    return this.dns(name, [dns(name), dns(`*.${name}`)]);
  }

  dns(zone: string, records: SandboxDnsRecord[]): this {
    this.state.dns.set(`zone-${zone}`, records);
    this.state.revision += 1;
    return this;
  }

  routes(zone: string, routes: SandboxRoute[]): this {
    this.state.routes.set(`zone-${zone}`, routes);
    this.state.revision += 1;
    return this;
  }

  upload(uploaded: SandboxScript, accountId = 'one'): this {
    const own = this.state.scripts.get(accountId) ?? new Map<string, SandboxScript>();
    this.state.scripts.set(accountId, own.set(uploaded.name, uploaded));
    this.state.revision += 1;
    return this;
  }
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  raw: Buffer;
}

export interface Visit {
  method?: string;
  /** The request's target, where it is not the path of the address. */
  target?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/** Asks the edge on `port` for `host/path`, without following anything. */
export function visit(port: number, address: string, options: Visit = {}): Promise<Answer> {
  const slash = address.indexOf('/');
  const host = slash < 0 ? address : address.slice(0, slash);
  const path = options.target ?? (slash < 0 ? '/' : address.slice(slash));
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body, signal } = options;
    const outgoing = request(
      { host: '127.0.0.1', port, path, method, agent: false, headers: { host, ...headers }, signal },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () => {
          const raw = Buffer.concat(chunks);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: raw.toString(), raw });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
