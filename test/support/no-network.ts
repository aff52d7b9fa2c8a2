/** Refuses every connection but loopback, so that no test can reach a real Cloudflare by mistake. */
import net from 'node:net';

const LOOPBACK = /^(127\.|::1$|localhost$|::ffff:127\.)/;
const { connect } = net.Socket.prototype;

function loopbackOnly(this: net.Socket, ...args: unknown[]) {
  const first = (Array.isArray(args[0]) ? args[0][0] : args[0]) as
    | { host?: string; path?: string }
    | undefined;
  const host = typeof first === 'object' ? (first?.host ?? 'localhost') : 'localhost';
  if (!first?.path && !LOOPBACK.test(host)) throw new Error(`test tried to reach ${host}: loopback only`);
  return connect.apply(this, args as never);
}

// Unit tests share a process, in which this runs for each of their files: one guard is enough.
if (connect.name !== loopbackOnly.name) net.Socket.prototype.connect = loopbackOnly as typeof connect;
