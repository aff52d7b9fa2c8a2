import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isPrivateAddress, publicOnly } from '../../../src/monitoring/private-addresses.js';

describe('addresses', () => {
  it.each([
    '127.0.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '[::1]',
  ])('%s is private', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '::ffff:1.1.1.1', '2606:4700::1111', 'example.com'])(
    '%s is not',
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );
});

describe('a resolver for the public only', () => {
  const answering =
    (...addresses: string[]): LookupFunction =>
    (_host, options, callback) => {
      const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      if (options.all) callback(null, all);
      else callback(null, addresses[0] ?? '', 4);
    };
  const ask = (lookup: LookupFunction, all: boolean) =>
    new Promise<unknown>((resolve) => {
      publicOnly(lookup)('name.example', { all }, (error, found) => resolve(error ?? found));
    });

  it('lets public addresses through', async () => {
    expect(await ask(answering('1.1.1.1', '2606:4700::1111'), true)).toHaveLength(2);
    expect(await ask(answering('1.1.1.1'), false)).toBe('1.1.1.1');
  });

  it('refuses a name as soon as one of its addresses is private', async () => {
    expect(await ask(answering('1.1.1.1', '127.0.0.1'), true)).toMatchObject({ code: 'PRIVATE_ADDRESS' });
    expect(await ask(answering('169.254.169.254'), false)).toMatchObject({ code: 'PRIVATE_ADDRESS' });
  });
});
