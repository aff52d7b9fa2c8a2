import { describe, expect, it } from 'vitest';
import type { DnsRecord } from '../../../src/cloudflare/api.js';
import { dnsCover } from '../../../src/setup/dns-cover.js';

function record(name: string, proxied = true, type = 'A'): DnsRecord {
  return { id: `${type} ${name}`, type, name, content: '192.0.2.1', proxied, ttl: 1, comment: null };
}

describe('how a hostname is answered', () => {
  it.each<[string, string, DnsRecord[]]>([
    ['proxied', 'proxied', [record('a.example')]],
    ['DNS-only', 'dns-only', [record('a.example', false)]],
    ['one of two proxied', 'proxied', [record('a.example', false), record('a.example', true, 'AAAA')]],
    ['only mail', 'missing', [record('a.example', false, 'MX')]],
    ['a zone of another name', 'missing', [record('*.example')]],
    ['a longer name', 'missing', [record('ba.example')]],
    ['a wildcard, which is not for the apex', 'missing', [record('*.a.example')]],
  ])('%s: %s', (_what, cover, records) => {
    expect(dnsCover('a.example', 'a.example', records)).toBe(cover);
  });

  it('by a wildcard above it, unless it has records of its own', () => {
    const wildcard = record('*.a.example');
    expect(dnsCover('x.y.a.example', 'a.example', [wildcard])).toBe('proxied');
    expect(dnsCover('x.a.example', 'a.example', [wildcard, record('x.a.example', false)])).toBe('dns-only');
    expect(dnsCover('x.y.a.example', 'a.example', [wildcard, record('*.y.a.example', false)])).toBe(
      'dns-only',
    );
  });

  it('by no wildcard where the name exists, though by a record that answers no visitor', () => {
    const wildcard = record('*.a.example');
    const cover = (...others: DnsRecord[]) => dnsCover('www.a.example', 'a.example', [wildcard, ...others]);
    expect(cover(record('www.a.example', false, 'TXT'))).toBe('missing');
    expect(cover(record('_dmarc.www.a.example', false, 'TXT'))).toBe('missing');
    expect(cover(record('_dmarc.a.example', false, 'TXT'))).toBe('proxied');
    expect(dnsCover('x.www.a.example', 'a.example', [wildcard, record('www.a.example', false, 'TXT')])).toBe(
      'missing',
    );
  });

  it('whatever the case of the record', () => {
    expect(dnsCover('a.example', 'a.example', [record('A.Example')])).toBe('proxied');
  });
});
