/** Which SSL mode an origin supports, and which is the stricter of two. Pure. */
import { SSL_MODES, type SslMode } from '../cloudflare/service.js';
import type { OriginTls } from './setup-types.js';

/** What may be asked of setup; `off` is none of it, for setup never lowers. */
export const SSL_CHOICES = ['auto', 'flexible', 'full', 'strict', 'origin_pull'] as const;
export type SslChoice = (typeof SSL_CHOICES)[number];

/** Whether the way to the origin is better protected in mode `a` than in mode `b`: modes are listed weakest first. */
export function isStricter(a: SslMode, b: SslMode): boolean {
  return SSL_MODES.indexOf(a) > SSL_MODES.indexOf(b);
}

/**
 * The strictest mode under which every origin of the zone still answers, or null where one of them speaks no TLS
 * or none is known: a mode is the whole zone's, so the weakest origin decides.
 */
export function strictestFor(origins: readonly OriginTls[]): SslMode | null {
  if (origins.length === 0 || origins.includes('none')) return null;
  return origins.every((origin) => origin === 'trusted') ? 'strict' : 'full';
}

/** How an origin may answer a handshake for visitors to be served in a mode (Cloudflare docs, Encryption modes). */
export function supporting(mode: SslMode): readonly OriginTls[] {
  if (mode === 'off' || mode === 'flexible') return ['none', 'untrusted', 'trusted'];
  return mode === 'full' ? ['untrusted', 'trusted'] : ['trusted'];
}
