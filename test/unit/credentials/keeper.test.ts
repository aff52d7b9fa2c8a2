import { expect, it } from 'vitest';
import type { CloudflareApi } from '../../../src/cloudflare/api.js';
import type { Access } from '../../../src/credentials/access.js';
import { createTokenKeeper } from '../../../src/credentials/keeper.js';
import { openTokenFolder } from '../../../src/credentials/token-folder.js';
import { type ErrorCode, MaintError } from '../../../src/model/errors.js';
import { open, temporaryFolder } from '../store/store-fixture.js';

it.each<[ErrorCode, string]>([
  ['remote-unreachable', 'active'],
  ['token-invalid', 'refused'],
])('after %s a token counts as %s', async (code, status) => {
  const folder = openTokenFolder(`${temporaryFolder()}/tokens`);
  folder.write('west', 'a-token');
  folder.writeFacts('west', {
    kind: 'user',
    status: 'active',
    expiresOn: null,
    only: null,
    accounts: [],
    checkedAt: '2026-11-23T12:00:00.000Z',
  });
  const verify = () => Promise.reject(new MaintError(code, 'No.'));
  const keeper = createTokenKeeper({
    given: null,
    folder,
    access: {} as Access,
    clients: {
      get: () => ({ tokens: { verify } }) as unknown as CloudflareApi,
      sent: () => 0,
      budgetLeft: () => 0,
      close: async () => {},
    },
    store: await open(),
    accountId: null,
    clock: () => new Date(),
  });
  expect(await keeper.verify('west')).toMatchObject([{ status, error: { code } }]);
});

it('a token in a folder that cannot be written to is as good, and nothing is remembered of it', async () => {
  const path = `${temporaryFolder()}/tokens`;
  const folder = openTokenFolder(path);
  folder.write('west', 'a-token');
  const readonly = {
    ...folder,
    writeFacts: () => {
      throw new MaintError('failed', 'It cannot be written (EROFS).');
    },
  };
  const verified = { kind: 'user', status: 'active', expiresOn: null, id: 'token-1' };
  const cloudflare = { tokens: { verify: async () => verified }, zones: { list: async () => [] } };
  const keeper = createTokenKeeper({
    given: null,
    folder: readonly,
    access: {} as Access,
    clients: {
      get: () => cloudflare as unknown as CloudflareApi,
      sent: () => 0,
      budgetLeft: () => 0,
      close: async () => {},
    },
    store: await open(),
    accountId: null,
    clock: () => new Date(),
  });
  expect(await keeper.verify('west')).toMatchObject([{ status: 'active', error: null }]);
  expect(folder.facts('west')).toBeNull();
});
