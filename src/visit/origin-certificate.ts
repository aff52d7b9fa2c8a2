/** How an origin answers a TLS handshake, looked at past Cloudflare. */
import { connect } from 'node:tls';
import { isLoopback } from '../model/loopback.js';
import type { SiteAccess } from './site-access.js';

const HTTPS = 443;
const TIMEOUT_MS = 5_000;

/**
 * `trusted`: a certificate for this name from an authority that this machine trusts; `untrusted`: any other one,
 * also Cloudflare's own for origins; `none`: no TLS, or no answer within five seconds. A loopback `connectTo` stands
 * for the origin too; any other is an edge, and says nothing of what is behind it.
 */
export function originTls(
  { connectTo }: Pick<SiteAccess, 'connectTo'>,
  address: string,
  servername: string,
): Promise<'trusted' | 'untrusted' | 'none'> {
  const stands = connectTo !== null && isLoopback(connectTo.host);
  const { host, port } = stands ? connectTo : { host: address, port: HTTPS };
  return new Promise((resolve) => {
    const socket = connect({ host, port, servername, rejectUnauthorized: false });
    const end = (seen: 'trusted' | 'untrusted' | 'none') => {
      clearTimeout(timer);
      socket.destroy();
      resolve(seen);
    };
    // The socket's own timeout starts anew with every byte.
    const timer = setTimeout(() => end('none'), TIMEOUT_MS);
    socket.once('secureConnect', () => end(socket.authorized ? 'trusted' : 'untrusted'));
    socket.on('error', () => end('none'));
    socket.once('close', () => end('none'));
  });
}
