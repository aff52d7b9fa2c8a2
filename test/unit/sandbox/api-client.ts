/** The plainest client there can be: one call, its status and its envelope. */
import type { Sandbox } from '../../../src/sandbox/sandbox.js';

export interface Envelope {
  success: boolean;
  errors: { code: number; message: string; error_chain?: { code: number }[] }[];
  messages: unknown[];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into results of every shape
  result: any;
  result_info?: { page: number; per_page: number; count: number; total_count: number; total_pages: number };
}

export interface Reply extends Envelope {
  status: number;
  headers: Headers;
  code: number | undefined;
}

export type Caller = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** @returns a function that calls the API with this token; a FormData body goes as a form, others as JSON */
export function callerOf(sandbox: Sandbox, token: string | null = sandbox.tokens.all): Caller {
  return async (method, path, body) => {
    const form = body instanceof FormData;
    const headers = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(form || body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const payload = form ? body : body === undefined ? null : JSON.stringify(body);
    const response = await fetch(sandbox.apiUrl + path, { method, headers, body: payload });
    const envelope = (await response.json()) as Envelope;
    return {
      ...envelope,
      status: response.status,
      headers: response.headers,
      code: envelope.errors?.[0]?.code,
    };
  };
}

export const WORKER = 'export default { fetch: () => new Response("hello") };';

/** An upload as Cloudflare wants it: a metadata part and one part a module. */
export function uploadForm(
  metadata: Record<string, unknown> = {},
  modules: Record<string, string> = {},
): FormData {
  const form = new FormData();
  const all = { main_module: 'index.js', compatibility_date: '2025-06-01', ...metadata };
  form.set('metadata', new Blob([JSON.stringify(all)], { type: 'application/json' }));
  for (const [name, code] of Object.entries({ 'index.js': WORKER, ...modules })) {
    const type = name.endsWith('.js') ? 'application/javascript+module' : 'text/plain';
    form.set(name, new Blob([code], { type }), name);
  }
  return form;
}

export function zoneId(sandbox: Sandbox, name: string): string {
  for (const zone of sandbox.state.zones.values()) if (zone.name === name) return zone.id;
  throw new Error(`no zone ${name}`);
}
