import { describe, expect, it } from 'vitest';
import { rewrittenFields, writtenFields } from '../../../src/setup/written-fields.js';
import { site } from '../../support/builders.js';

describe('whether somebody wrote something else about a site', () => {
  const made = site('a.example', { tags: ['eu', 'pci'], shares: [{ user: 'ann', role: 'viewer' }] });
  const kept = writtenFields(made);

  it.each<[string, Parameters<typeof site>[1]]>([
    ['name', { name: 'Shop' }],
    ['environment', { environment: 'staging' }],
    ['project', { project: 'alpha' }],
    ['owner', { owner: 'bob' }],
    ['tags', { tags: ['eu'] }],
    ['shares', { shares: [{ user: 'ann', role: 'owner' }] }],
    ['groups', { groups: ['spring'] }],
    ['hostnames', { ownHostnames: ['a.example'] }],
    ['sub-domains', { subdomains: true }],
  ])('tells of its %s', (name, fields) => {
    expect(rewrittenFields(kept, { ...made, ...fields })).toEqual([name]);
  });

  it('tells of nothing that follows Cloudflare, nor of another order', () => {
    const later = { ...made, tags: ['pci', 'eu'], plan: 'free', token: 'agency', active: false };
    expect(rewrittenFields(kept, later)).toEqual([]);
  });

  it('tells of nothing where nothing was kept', () => {
    expect(rewrittenFields(null, { ...made, owner: 'bob' })).toEqual([]);
  });
});
