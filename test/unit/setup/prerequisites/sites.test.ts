import { describe, expect, it } from 'vitest';
import type { DnsRecord, RedirectRule } from '../../../../src/cloudflare/api.js';
import { lookAt } from '../../../../src/setup/prerequisites/look.js';
import {
  redirectsAway,
  SITE_PREREQUISITES,
  type SiteFacts,
} from '../../../../src/setup/prerequisites/sites.js';
import { site } from '../../../support/builders.js';
import { zone } from '../setup-fixture.js';

function record(name: string, proxied = true, type = 'A'): DnsRecord {
  return { id: `${type} ${name}`, type, name, content: '192.0.2.1', proxied, ttl: 1, comment: null };
}

describe('redirects that lead away from a page', () => {
  const rule = (expression: string, target: string | null = 'https://other.example/'): RedirectRule => ({
    description: '',
    expression,
    target,
  });

  it.each<[string, RedirectRule, boolean]>([
    ['for every request', rule('true'), true],
    ['for a path', rule('(starts_with(http.request.uri.path, "/old"))'), true],
    ['of a hostname of the site', rule('(http.host eq "www.a.example")'), true],
    ['of a hostname in capitals', rule('(http.host eq "WWW.A.example")'), true],
    ['of another hostname', rule('(http.host eq "b.example")'), false],
    ['of a hostname that ends in ours', rule('(http.host eq "ba.example")'), false],
    ['of a longer and of ours', rule('(http.host in {"ba.example" "a.example"})'), true],
    ['of every name below', rule('(ends_with(http.host, ".a.example"))'), true],
    ['of a wildcard', rule('(http.request.full_uri wildcard "https://*.a.example/*")'), true],
    [
      'of the URLs of another hostname',
      rule('(http.request.full_uri wildcard r"http*://b.example/*")'),
      false,
    ],
    ['of all but another hostname', rule('not (http.host eq "b.example")'), true],
    ['of two other hostnames', rule('(http.host eq "b.example") or (http.host in {"c.example"})'), false],
    [
      'of another hostname on a path',
      rule('(http.host eq "b.example" and http.request.uri.path eq "/")'),
      false,
    ],
    [
      'of another hostname or a path',
      rule('(http.host eq "b.example") or (http.request.uri.path eq "/x")'),
      true,
    ],
    ['to the site itself', rule('(http.host eq "www.a.example")', 'https://a.example/'), false],
    ['to somewhere that is worked out', rule('(http.host eq "www.a.example")', null), true],
  ])('%s', (_what, given, leads) => {
    expect(redirectsAway(site('a.example'), [given])).toEqual(leads ? [given] : []);
  });
});

describe('a site', () => {
  const none = { value: [], error: null };
  const facts: SiteFacts = {
    site: site('a.example'),
    zone: zone('a.example'),
    records: { value: [record('a.example'), record('www.a.example')], error: null },
    customDomains: none,
    redirects: none,
  };
  const statuses = async (fields: Partial<SiteFacts>) => {
    const checks = await lookAt(SITE_PREREQUISITES, { ...facts, ...fields }, 'a.example');
    return Object.fromEntries(checks.map(({ id, status }) => [id, status]));
  };

  it('whose zone no token sees fails for that alone', async () => {
    expect(await statuses({ zone: null })).toEqual({
      zone: 'failed',
      dns: 'skipped',
      certificate: 'skipped',
      'custom-domain': 'skipped',
      redirects: 'skipped',
    });
  });

  it.each([
    ['a.example', false, 'ok'],
    ['a.example', true, 'ok'],
    ['shop.a.example', false, 'ok'],
    ['shop.a.example', true, 'warning'],
    ['eu.shop.a.example', false, 'warning'],
  ])('%s, with the names below it: %s, certificate %s', async (domain, subdomains, status) => {
    const of = site(domain, { zoneName: 'a.example', subdomains });
    expect((await statuses({ site: of })).certificate).toBe(status);
  });

  it('in a zone with certificates of its own is not judged by Universal SSL', async () => {
    const deep = site('x.y.a.example', { zoneName: 'a.example' });
    expect((await statuses({ site: deep, zone: zone('a.example', { type: 'partial' }) })).certificate).toBe(
      'skipped',
    );
  });
});
