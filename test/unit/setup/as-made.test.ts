import { describe, expect, it } from 'vitest';
import type { DnsRecord } from '../../../src/cloudflare/api.js';
import { isAsMade } from '../../../src/setup/ensure-dns.js';

const MADE = { name: 'www.a.example', proxied: true, comment: 'Made by maint setup (0a1b2c3d)' };

function found(type: string, content: string, fields: Partial<DnsRecord> = {}): DnsRecord {
  return { ...MADE, id: 'r1', ttl: 1, type, content, ...fields };
}

describe('whether a record is as setup made it', () => {
  it.each([
    ['AAAA', '2001:db8:0:0:0:0:0:7', '2001:db8::7'],
    ['AAAA', '2001:db8::7', '2001:0DB8:0:0::7'],
    ['AAAA', '::ffff:192.0.2.1', '::ffff:c000:201'],
    ['CNAME', 'origin.example.net', 'Origin.example.net.'],
    ['A', '203.0.113.7', '203.0.113.7'],
  ])('%s %s is %s in another spelling', (type, sent, stored) => {
    expect(isAsMade(JSON.stringify({ ...MADE, type, content: sent }), found(type, stored))).toBe(true);
  });

  it.each<[string, DnsRecord]>([
    ['another address', found('AAAA', '2001:db8::8')],
    ['no address', found('AAAA', 'gone')],
    ['another type', found('A', '2001:db8::7')],
    ['not proxied', found('AAAA', '2001:db8::7', { proxied: false })],
    ['another mark', found('AAAA', '2001:db8::7', { comment: null })],
    ['another name', found('AAAA', '2001:db8::7', { name: 'a.example' })],
  ])('%s is a change', (_what, record) => {
    const made = JSON.stringify({ ...MADE, type: 'AAAA', content: '2001:db8::7' });
    expect(isAsMade(made, record)).toBe(false);
    expect(isAsMade(null, record)).toBe(false);
  });
});
