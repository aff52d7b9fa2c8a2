import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { originTls } from '../../../src/visit/origin-certificate.js';

/** Signed by itself, for origin.example, until 2126; of no worth to anybody. */
const CERT = `-----BEGIN CERTIFICATE-----
MIIBpDCCAUqgAwIBAgIUFTfYveghuyJ3SZP+cFTrEWhtlOEwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOb3JpZ2luLmV4YW1wbGUwIBcNMjYxMTIzMTg0ODQyWhgPMjEy
NjEwMzAxODQ4NDJaMBkxFzAVBgNVBAMMDm9yaWdpbi5leGFtcGxlMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEFS3pVRDS2p9xaWpr4P+FQpY9njL8tli9RJLC+pwx
P7TXHqLkD1W33gHTJL1fjrfWkEZNdnXUy51hFqIH4lwdDqNuMGwwHQYDVR0OBBYE
FDVavJWU5LMLd6fm+dPHzsQxB8neMB8GA1UdIwQYMBaAFDVavJWU5LMLd6fm+dPH
zsQxB8neMA8GA1UdEwEB/wQFMAMBAf8wGQYDVR0RBBIwEIIOb3JpZ2luLmV4YW1w
bGUwCgYIKoZIzj0EAwIDSAAwRQIgM3Fee2lH+ISzAxjH6s4OwLGKjKLbP28yNH9v
WNQl0FcCIQDDFQi4kZRtHMnMcp6m0m1A/00laYrjTyU/zTZFroXf5Q==
-----END CERTIFICATE-----`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLx30F+inHfqGj5U4
OrkfX0u2Cm9taza2jagCfUnVwGqhRANCAAQVLelVENLan3Fpamvg/4VClj2eMvy2
WL1EksL6nDE/tNceouQPVbfeAdMkvV+Ot9aQRk12ddTLnWEWogfiXB0O
-----END PRIVATE KEY-----`;

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const look = (port: number) =>
  originTls({ connectTo: { host: '127.0.0.1', port } }, '203.0.113.7', 'origin.example');

it('sees a certificate that no authority signed, and asks for it by the name of the site', async () => {
  const names: string[] = [];
  const SNICallback = (name: string, done: (error: null) => void) => {
    names.push(name);
    done(null);
  };
  const server = createTlsServer({ cert: CERT, key: KEY, SNICallback });
  expect(await look(await listen(server))).toBe('untrusted');
  expect(names).toEqual(['origin.example']);
});

it('sees none where an origin speaks without TLS, hangs up, or is not there', async () => {
  const plain = await listen(createServer((_request, response) => void response.end('hello')));
  expect(await look(plain)).toBe('none');
  const rude = createServer();
  rude.on('connection', (socket) => socket.destroy());
  expect(await look(await listen(rude))).toBe('none');
  expect(await look(9)).toBe('none');
});
