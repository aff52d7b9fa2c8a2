/** The Worker of a rehearsal: small, harmless, and gone again after some seconds. */
import type { ScriptUpload } from '../cloudflare/api.js';

/** Begins the names of all that a rehearsal puts at Cloudflare: script, route and path. */
export const REHEARSAL = 'maint-rehearsal-';
/** `/.well-known/` is set aside for such purposes, and no site serves pages there (RFC 8615). */
const FOLDER = '/.well-known/';

const MAIN = 'rehearsal.js';
/** It answers with the last part of its own path, so that nobody needs to write anything into code. */
const CODE = `export default {
  fetch(request) {
    const name = new URL(request.url).pathname.split('/').pop();
    return new Response(null, { status: 204, headers: { 'x-maint-event': name, 'cache-control': 'no-store' } });
  },
};
`;

/** The Worker as it is uploaded: the same for every rehearsal, whatever its name. */
export function rehearsalUpload(): ScriptUpload {
  return {
    mainModule: MAIN,
    compatibilityDate: '2026-01-01',
    modules: [{ name: MAIN, type: 'application/javascript+module', content: CODE }],
    services: {},
    tags: ['maint'],
    message: 'A rehearsal of maint setup; may be deleted.',
  };
}

/** The path that the rehearsal of this name answers on. */
export function rehearsalPath(name: string): string {
  return `${FOLDER}${name}`;
}
