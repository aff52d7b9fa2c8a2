import { PAGE_SCRIPT, PAGE_STYLE } from '../page/page-assets.generated.js';
import { sha256 } from './digest.js';

const SHUT = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * A page of one's own may hold inline style and script and load from anywhere by https; only what it loads from the
 * site that it stands before meets the 503. Forms, plug-ins and frames around it stay shut.
 */
export const CUSTOM_PAGE_POLICY = `default-src 'self' https: data: 'unsafe-inline'; object-src 'none'; ${SHUT}`;

/** The policy of the built-in page: its own style and script by their hashes, a look at its own site, nothing else. */
export async function builtInPagePolicy(): Promise<string> {
  const [style, script] = await Promise.all([PAGE_STYLE, PAGE_SCRIPT].map(hash));
  return `default-src 'none'; style-src '${style}'; script-src '${script}'; connect-src 'self'; img-src data:; ${SHUT}`;
}

async function hash(text: string): Promise<string> {
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(await sha256(text))))}`;
}
