/**
 * API tokens as Cloudflare makes them: since 2026 with a prefix for their kind (`cfut_`, `cfat_`, `cfk_`,
 * `cfoat_`), before that 40 letters and digits of both cases (Cloudflare docs, Fundamentals → API → Token formats).
 */
const PREFIXED = /\b(cf[a-z]{1,3}_)[A-Za-z0-9_-]{8,}/g;
const PLAIN = /(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{40}(?![\w-])/g;

/** A text without what looks like a token: one that was put into the wrong place must not be repeated there. */
export function withoutTokens(text: string): string {
  return text.replace(PREFIXED, '$1…').replace(PLAIN, '…');
}
