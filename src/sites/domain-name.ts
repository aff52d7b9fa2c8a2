import { domainToASCII } from 'node:url';

const GLOB = /[*?]/;

/** Whether the text stands for many domains: `*` is any text, `?` any one character. */
export function isGlob(text: string): boolean {
  return GLOB.test(text);
}

/**
 * A domain, or a glob of domains, as the catalogue writes it: lower case, non-ASCII labels in punycode, no
 * final dot; of a URL, its host. What is no domain comes back as it is, to be named in an error.
 */
export function normalDomain(text: string): string {
  const host = /^https?:\/\/([^/?#:]+)/i.exec(text.trim())?.[1] ?? text.trim();
  const labels = host.replace(/\.$/, '').normalize('NFC').toLowerCase().split('.');
  // A label with a wildcard in it cannot be put into punycode.
  return labels.map((label) => (isGlob(label) ? label : domainToASCII(label) || label)).join('.');
}
