/** Which hosts are this very machine. */
import { BlockList } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a host is this very machine, by its literal address, in brackets or not, or as `localhost`. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || LOOPBACK.check(bare, 'ipv4') || LOOPBACK.check(bare, 'ipv6');
}
