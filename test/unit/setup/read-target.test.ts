import { describe, expect, it } from 'vitest';
import { readTarget } from '../../../src/setup/ensure-dns.js';

describe('what leads to an origin', () => {
  it.each([
    ['203.0.113.7', 'A', '203.0.113.7'],
    ['2001:DB8::7', 'AAAA', '2001:db8::7'],
    ['[2001:db8::7]', 'AAAA', '2001:db8::7'],
    ['2001:db8:0:0:0:0:0:7', 'AAAA', '2001:db8::7'],
    [' origin.example.net. ', 'CNAME', 'origin.example.net'],
    ['bücher.example', 'CNAME', 'xn--bcher-kva.example'],
  ])('%s is a record of type %s', (target, type, content) => {
    expect(readTarget(target, 'shop.example')).toEqual({ type, content });
  });

  it.each([
    '',
    'localhost',
    '300.1.1.1',
    'https://origin.example',
    'a b.example',
    'fe80::1%eth0',
    'shop.example',
  ])("'%s' is none", (target) => {
    expect(() => readTarget(target, 'shop.example')).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
