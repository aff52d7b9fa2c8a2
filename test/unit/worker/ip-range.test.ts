import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipInRange, isIpRange } from '../../../src/worker/ip-range.js';

describe('ipInRange', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1/32'],
    ['192.0.2.255', '192.0.2.0/24'],
    ['192.0.3.255', '192.0.2.0/23'],
    ['10.200.0.1', '10.0.0.0/8'],
    ['8.8.8.8', '0.0.0.0/0'],
    ['2001:db8::1', '2001:DB8:0:0:0:0:0:1'],
    ['2001:db8:ffff::1', '2001:db8::/32'],
    ['2001:db8::ff', '2001:db8::fe/127'],
    ['fe80::1', '::/0'],
    ['::1', '::1/128'],
    ['::ffff:192.0.2.7', '192.0.2.0/24'],
    ['192.0.2.7', '::ffff:192.0.2.0/120'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['64:ff9b::192.0.2.33', '64:ff9b::/96'],
  ])('%s is in %s', (address, range) => expect(ipInRange(address, range)).toBe(true));

  it.each([
    ['192.0.2.1', '192.0.2.2'],
    ['192.0.4.0', '192.0.2.0/23'],
    ['2001:db9::1', '2001:db8::/32'],
    ['192.0.2.1', '::/0'],
    ['::1', '0.0.0.0/0'],
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['', '0.0.0.0/0'],
    ['localhost', '::/0'],
  ])('%s is not in %s', (address, range) => expect(ipInRange(address, range)).toBe(false));
});

describe('a malformed range', () => {
  const malformed = [
    '',
    ' ',
    '/',
    '/0',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.3.04',
    '010.0.0.1',
    '0x7f.0.0.1',
    '1.2.3.4/',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/08',
    '1.2.3.4/8/8',
    '1.2.3.4/8x',
    ':',
    ':::',
    '::1::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::g',
    '::1/129',
    '::1%eth0',
    '[::1]',
    '::1]/[',
    '::1.2.3',
    '*',
    '0.0.0.0/ 0',
  ];

  it.each(malformed)('%j matches nothing', (range) => {
    expect(isIpRange(range)).toBe(false);
    for (const address of ['0.0.0.0', '1.2.3.4', '::', '::1', range])
      expect(ipInRange(address, range)).toBe(false);
  });
});

it('agrees with arithmetic for every IPv4 range', () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), fc.nat(32), (a, b, bits) => {
      const dotted = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.');
      const size = 2 ** (32 - bits);
      const isInside = Math.floor(a / size) === Math.floor(b / size);
      expect(ipInRange(dotted(a), `${dotted(b)}/${bits}`)).toBe(isInside);
    }),
  );
});
