/** Whether a visitor's address lies in a range: IPv4 and IPv6, addresses and CIDR. Platform-free. */

const MAPPED = '1'.repeat(16).padStart(96, '0');

/** Whether `address` is `range` or lies within it. Whatever is malformed on either side never matches. */
export function ipInRange(address: string, range: string): boolean {
  const visitor = address.includes('/') ? null : prefixOf(address);
  const allowed = prefixOf(range);
  return visitor !== null && allowed !== null && visitor.startsWith(allowed);
}

/** Whether a text is an IPv4 or IPv6 address, or a CIDR range of them. */
export function isIpRange(text: string): boolean {
  return prefixOf(text) !== null;
}

/** The bits that count, as zeros and ones behind the family: `4:` or `6:`. Null where the text is no range. */
function prefixOf(text: string): string | null {
  const [address = '', length, ...rest] = text.trim().split('/');
  const bits = bitsOf(address);
  if (bits === null || rest.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length ?? '0')) return null;
  const count = Number(length ?? bits.length);
  const prefix = bits.slice(0, count);
  if (count > bits.length) return null;
  // ::ffff:192.0.2.1 is the IPv4 address in another dress; but ::/0 is IPv6 alone, so a shorter prefix stays IPv6.
  if (prefix.startsWith(MAPPED)) return `4:${prefix.slice(96)}`;
  return `${bits.length === 32 ? 4 : 6}:${prefix}`;
}

/** The URL parser reads every way to write an address and writes it in one: IPv4 dotted, IPv6 in groups with `::`. */
function bitsOf(address: string): string | null {
  const isIpv6 = address.includes(':');
  const url = isIpv6 ? `http://[${address}]` : `http://${address}`;
  if (!/^[\da-f.:]+$/i.test(address) || !URL.canParse(url)) return null;
  const { hostname } = new URL(url);
  if (isIpv6) {
    const [head = '', tail = ''] = hostname.slice(1, -1).split('::').map(groupBits);
    return head.padEnd(128 - tail.length, '0') + tail;
  }
  // Shorthands and leading zeros, octal to some and decimal to others, come out changed: refused.
  return /^[\d.]+$/.test(address) && hostname === address ? binary(address.split('.').map(Number), 8) : null;
}

function groupBits(groups: string): string {
  return groups === ''
    ? ''
    : binary(
        groups.split(':').map((group) => Number.parseInt(group, 16)),
        16,
      );
}

function binary(numbers: readonly number[], width: number): string {
  return numbers.map((number) => number.toString(2).padStart(width, '0')).join('');
}
