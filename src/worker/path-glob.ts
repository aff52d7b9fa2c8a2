/** Which paths stay open during maintenance: globs in which `*` stands for any run of characters. Platform-free. */

/**
 * What servers may read in more than one way: an encoded or doubled slash, a backslash, an encoded dot, percent or
 * control character, a path parameter. An origin that decodes `/webhooks/..%2fadmin` once more serves `/admin`, so
 * such a path is never let through by a glob.
 */
const AMBIGUOUS = /\/\/|\\|;|%(?:2f|5c|2e|25|3b|7f|[01][\da-f])|\/\.{1,2}(?:\/|$)/i;

/**
 * Whether a URL's path matches a glob. Case counts; query strings play no part.
 * @param path what `new URL(...).pathname` gives: dot segments are gone, other characters are percent-encoded
 * @param glob starts with one `/`; a malformed one matches nothing
 */
export function pathMatches(path: string, glob: string): boolean {
  if (isAmbiguous(path) || !isPathGlob(glob)) return false;
  const [first = '', ...pieces] = new URL(glob, 'http://localhost').pathname.split('*');
  const last = pieces.pop();
  if (last === undefined) return path === first;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return path.length - last.length >= at && path.endsWith(last);
}

/** Whether a text is a glob that can match: it starts with a single `/` and holds nothing that servers read two ways. */
export function isPathGlob(text: string): boolean {
  return text.startsWith('/') && !isAmbiguous(text) && !/[?#\s]/.test(text);
}

function isAmbiguous(path: string): boolean {
  if (AMBIGUOUS.test(path)) return true;
  try {
    // Overlong UTF-8 is one more way to write a slash; decoding it throws.
    decodeURIComponent(path);
    return false;
  } catch {
    return true;
  }
}
