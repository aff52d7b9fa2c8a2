/** Two spellings of one DNS record, told to be the same. */

/** Types whose content is a hostname. */
const LEADS_TO_NAME: readonly string[] = ['CNAME', 'MX', 'NS', 'PTR'];

/** The content of a record in the one spelling of it: addresses as RFC 5952 writes them, hostnames in small letters. */
export function canonicalContent(type: string, content: string): string {
  if (type === 'AAAA') return canonicalIPv6(content);
  return LEADS_TO_NAME.includes(type) ? canonicalName(content) : content;
}

/** A hostname in small letters, without the dot of the root. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** What is no address stays as it is: nothing else is its like. */
function canonicalIPv6(address: string): string {
  const url = `http://[${address}]`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : address;
}
