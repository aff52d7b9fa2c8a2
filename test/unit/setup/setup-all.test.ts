import { describe, expect, it } from 'vitest';
import { sitesToSetUp } from '../../../src/setup/setup-all.js';
import { newSite, partsWith } from './setup-fixture.js';

describe('what all sites are that are set up', () => {
  const chosen = async (accountId: string | null, visibleTo: string | null) => {
    const { store } = await partsWith(
      [],
      [
        newSite('mine.example', { owner: 'ann' }),
        newSite('nobodys.example'),
        newSite('paused.example', { active: false, inactiveReason: 'Paused.' }),
        newSite('shared.example', { owner: 'bob' }),
        newSite('theirs.example', { owner: 'bob' }),
        newSite('elsewhere.example', { accountId: 'account-2' }),
      ],
    );
    const shared = store.sites.byDomain('shared.example')!;
    store.sites.share([shared.id], ['ann'], 'operator', '2026-01-01T00:00:00.000Z');
    const { wanted, inactive, leftOut } = sitesToSetUp(store, { accountId, visibleTo });
    const names = (sites: typeof wanted) => sites.map(({ domain }) => domain.replace('.example', ''));
    return { wanted: names(wanted), inactive: names(inactive), leftOut };
  };

  it('is every active site, where nobody is named', async () => {
    expect(await chosen(null, null)).toEqual({
      wanted: ['elsewhere', 'mine', 'nobodys', 'shared', 'theirs'],
      inactive: ['paused'],
      leftOut: 0,
    });
  });

  it('is what a user sees of one account', async () => {
    expect(await chosen('account-1', 'ann')).toEqual({
      wanted: ['mine', 'nobodys', 'shared'],
      inactive: ['paused'],
      leftOut: 1,
    });
    expect(await chosen('account-3', 'ann')).toEqual({ wanted: [], inactive: [], leftOut: 0 });
  });
});
