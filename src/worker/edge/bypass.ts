import type { PageSettings } from '../settings.js';
import { bytes, sha256 } from './digest.js';

/** How somebody proves to be let through: the secret in a link or header, or the cookie that the link leaves behind. */

/** The name of the link's parameter, and of the cookie. */
const NAME = 'maint-bypass';
export const BYPASS_HEADER = 'x-maint-bypass';
const COOKIE_SECONDS = 12 * 60 * 60;

/** Compares two texts in a time that does not tell where they differ. */
export async function sameSecret(left: string, right: string): Promise<boolean> {
  return crypto.subtle.timingSafeEqual(await sha256(left), await sha256(right));
}

/** A `Set-Cookie` value that lets its holder through for 12 hours, on this host and in this event only. */
export async function bypassCookie(settings: PageSettings, now: number, secure: boolean): Promise<string> {
  const value = await cookieValue(settings, Math.floor(now / 1000) + COOKIE_SECONDS);
  return `${NAME}=${value}; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** Whether a `Cookie` header holds a cookie of ours for this event that has not expired. */
export async function hasBypassCookie(header: string, settings: PageSettings, now: number): Promise<boolean> {
  for (const cookie of cookies(header).filter(isOurs)) {
    const value = cookie.slice(NAME.length + 1);
    const expires = Number.parseInt(value, 10);
    if (expires * 1000 > now && (await sameSecret(value, await cookieValue(settings, expires)))) return true;
  }
  return false;
}

/** The secret in a URL's query, or null. */
export function secretInUrl(url: string): string | null {
  return new URL(url).searchParams.get(NAME);
}

/** The URL without our parameter; every other byte of it stays. */
export function withoutSecret(url: string): string {
  const target = new URL(url);
  if (!target.searchParams.has(NAME)) return url;
  const pairs = target.search.slice(1).split('&');
  target.search = pairs.filter((pair) => !new URLSearchParams(pair).has(NAME)).join('&');
  return target.href;
}

/** A `Cookie` header without our cookie; empty where nothing is left. */
export function withoutBypassCookie(header: string): string {
  const all = cookies(header);
  return all.some(isOurs) ? all.filter((cookie) => !isOurs(cookie)).join('; ') : header;
}

function cookies(header: string): string[] {
  return header.split(';').map((cookie) => cookie.trim());
}

function isOurs(cookie: string): boolean {
  return cookie.startsWith(`${NAME}=`);
}

/** The time of expiry, in seconds since 1970, signed together with the event. */
async function cookieValue(settings: PageSettings, expires: number): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes(settings.bypassSecret), algorithm, false, ['sign']);
  const signature = await crypto.subtle.sign('HMAC', key, bytes(`${settings.eventId}.${expires}`));
  const hex = Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${expires}.${hex}`;
}
