/** API tokens of the sandbox: a few ready-made ones, and any other on request. */
import { createHash } from 'node:crypto';
import { ALL_PERMISSIONS, READ_PERMISSIONS } from './api/permissions.js';
import { hexId } from './api/world.js';
import type { SandboxState, SandboxToken } from './state.js';

export interface SandboxTokens {
  /** A user token for everything: all accounts, all zones, all permissions. */
  all: string;
  /** An account-owned token of the first account, with all permissions. */
  account: string;
  /** A user token that may look at everything and change nothing. */
  readOnly: string;
  /** A user token for these zones only, and for the accounts they are in; with all permissions. */
  zones: (zoneIds: string[]) => string;
  /** Any token: what is not given is as in `all`. @returns its value */
  make: (wishes?: Partial<SandboxToken>) => string;
}

export function createTokens(state: SandboxState): SandboxTokens {
  let made = 0;
  const make = (wishes: Partial<SandboxToken> = {}): string => {
    const kind = wishes.kind ?? 'user';
    const token: SandboxToken = {
      id: hexId(`sandbox token ${++made}`),
      value: tokenValue(kind, made),
      kind,
      status: 'active',
      expiresOn: null,
      accounts: [...state.accounts.keys()],
      zones: 'all',
      permissions: [...ALL_PERMISSIONS],
      ...wishes,
    };
    state.tokens.set(token.value, token);
    return token.value;
  };
  const zones = (zoneIds: string[]) => {
    const accounts = zoneIds.map((id) => state.zones.get(id)?.accountId ?? '');
    return make({ zones: zoneIds, accounts: [...new Set(accounts)] });
  };
  return {
    all: make(),
    account: make({ kind: 'account', accounts: [...state.accounts.keys()].slice(0, 1) }),
    readOnly: make({ permissions: [...READ_PERMISSIONS] }),
    zones,
    make,
  };
}

/** Prefix, 40 characters, 8 of checksum, as tokens look since 2026; the same ones in every sandbox. */
function tokenValue(kind: SandboxToken['kind'], number: number): string {
  const digest = createHash('sha256').update(`sandbox token value ${number}`).digest('hex');
  return `${kind === 'user' ? 'cfut_' : 'cfat_'}${digest.slice(0, 48)}`;
}
