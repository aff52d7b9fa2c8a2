/** Accounts, token verification, permission groups. Source: Cloudflare API schema, "Accounts" and "User API Tokens". */
import type { SandboxAccount, SandboxToken } from '../state.js';
import { tokenStatus } from './authenticate.js';
import type { Call, Endpoint } from './endpoint.js';
import { refuse, succeed } from './envelope.js';
import { answerPage, LIST_OF_TWENTY } from './paging.js';
import { PERMISSION_GROUPS } from './permissions.js';

export const accountEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/accounts',
    needs: ['Account Settings Read'],
    deniedCode: 9109,
    handle: listAccounts,
  },
  {
    method: 'GET',
    path: '/accounts/:account',
    needs: ['Account Settings Read'],
    deniedCode: 9109,
    handle: (call) => succeed(accountObject(call.account)),
  },
  { method: 'GET', path: '/user/tokens/verify', needs: [], handle: (call) => verify(call, 'user') },
  {
    method: 'GET',
    path: '/accounts/:account/tokens/verify',
    needs: [],
    handle: (call) => verify(call, 'account'),
  },
  {
    method: 'GET',
    path: '/user/tokens/permission_groups',
    needs: ['API Tokens Read'],
    deniedCode: 9109,
    handle: listPermissionGroups,
  },
];

function listAccounts(call: Call) {
  const name = call.query.get('name');
  const accounts = [...call.world.state.accounts.values()]
    .filter((account) => call.token.accounts.includes(account.id))
    .filter((account) => name === null || account.name.toLowerCase().includes(name.toLowerCase()))
    .map(accountObject);
  if (call.query.get('direction') === 'desc') accounts.reverse();
  return answerPage(accounts, call.query, LIST_OF_TWENTY);
}

function accountObject(account: SandboxAccount) {
  return {
    id: account.id,
    name: account.name,
    type: 'standard',
    settings: { enforce_twofactor: false, abuse_contact_email: null },
    created_on: '2021-03-04T09:00:00.000000Z',
  };
}

/**
 * Each kind of token has its own endpoint; at the other one it counts as no token: 401 code 1000. So 1000 from the
 * user endpoint does not prove a bad token.
 */
function verify(call: Call, kind: SandboxToken['kind']) {
  const { token, world } = call;
  if (token.kind !== kind) throw refuse(401, 1000, 'Invalid API Token');
  const dates = token.expiresOn === null ? {} : { expires_on: token.expiresOn };
  return succeed({ id: token.id, status: tokenStatus(token, world.now()), ...dates });
}

const GROUP_SCOPES = {
  zone: 'com.cloudflare.api.account.zone',
  account: 'com.cloudflare.api.account',
  user: 'com.cloudflare.api.user',
};

function listPermissionGroups(call: Call) {
  if (call.token.kind === 'account') throw refuse(403, 9109, 'Valid user-level authentication not found');
  return succeed(
    PERMISSION_GROUPS.map(({ id, name, scope }) => ({ id, name, scopes: [GROUP_SCOPES[scope]] })),
  );
}
