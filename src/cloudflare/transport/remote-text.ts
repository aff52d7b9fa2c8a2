/** Text that came from outside, made fit for an error message. */

const LONGEST = 200;
const TOKEN_SHAPES = /\bcf(?:ut|at|k|oat)_[\w-]+/g;
const CONTROLS = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu;

/** Cuts, cleans and redacts a text of the server. */
export type Quote = (text: string, longest?: number) => string;

/**
 * Makes the one function through which words of the server enter our messages: one line, no control or
 * direction character, no token (a proxy may echo the request), at most `longest` characters.
 */
export function createQuote(token: string): Quote {
  const secrets = [token, encodeURIComponent(token), Buffer.from(token).toString('base64')];
  return (text, longest = LONGEST) => {
    let clean = text.slice(0, 10_000);
    for (const secret of secrets) clean = clean.replaceAll(secret, '[token]');
    clean = clean.replace(TOKEN_SHAPES, '[token]').replace(CONTROLS, ' ').replace(/\s+/g, ' ').trim();
    const characters = [...clean];
    return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : clean;
  };
}

/** The value of a `cf-ray` header, or undefined where it is none: a ray has 20 characters, a token 40 and more. */
export function cleanRay(value: string | undefined): string | undefined {
  return value !== undefined && /^[\w-]{1,32}$/.test(value) ? value : undefined;
}
