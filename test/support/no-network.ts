/** Refuses every connection but loopback, so that no test can reach a real Cloudflare by mistake. */
import net from 'node:net';

const LOOPBACK = /^(127\.|::1$|localhost$|::ffff:127\.)/;
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function guarded(this: net.Socket, ...args: unknown[]) {
  const first = (Array.isArray(args[0]) ? args[0][0] : args[0]) as
    | { host?: string; path?: string }
    | undefined;
  const host = typeof first === 'object' ? (first?.host ?? 'localhost') : 'localhost';
  if (!first?.path && !LOOPBACK.test(host)) throw new Error(`test tried to reach ${host}: loopback only`);
  return connect.apply(this, args as never);
} as typeof connect;
