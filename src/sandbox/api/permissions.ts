/** Permission groups of API tokens: names, ids, scopes. Source: Cloudflare docs, "API token permissions". */
import type { SandboxToken, SandboxZone } from '../state.js';

export interface PermissionGroup {
  id: string;
  name: string;
  scope: 'zone' | 'account' | 'user';
}

export const PERMISSION_GROUPS: readonly PermissionGroup[] = [
  { id: 'c8fed203ed3043cba015a93ad1616f1f', name: 'Zone Read', scope: 'zone' },
  { id: 'e6d2666161e84845a636613608cee8d5', name: 'Zone Write', scope: 'zone' },
  { id: '2072033d694d415a936eaeb94e6405b8', name: 'Workers Routes Read', scope: 'zone' },
  { id: '28f4b596e7d643029c524985477ae49a', name: 'Workers Routes Write', scope: 'zone' },
  { id: '1a71c399035b4950a1bd1466bbe4f420', name: 'Workers Scripts Read', scope: 'account' },
  { id: 'e086da7e2179491d91ee5f35b3ca210a', name: 'Workers Scripts Write', scope: 'account' },
  { id: '82e64a83756745bbbb1c9c2701bf816b', name: 'DNS Read', scope: 'zone' },
  { id: '4755a26eedb94da69e1066d98aa820be', name: 'DNS Write', scope: 'zone' },
  { id: 'c1fde68c7bcc44588cbb6ddbc16d6480', name: 'Account Settings Read', scope: 'account' },
  { id: '517b21aee92c4d89936c976ba6e4be55', name: 'Zone Settings Read', scope: 'zone' },
  { id: '3030687196b94b638145a3953da2b699', name: 'Zone Settings Write', scope: 'zone' },
  { id: 'b415b70a4fd1412886f164451f20405c', name: 'Page Rules Read', scope: 'zone' },
  { id: 'ed07f6c337da4195b4e72a1fb2c6bcae', name: 'Page Rules Write', scope: 'zone' },
  { id: '0cc3a61731504c89b99ec1be78b77aa0', name: 'API Tokens Read', scope: 'user' },
];

export const ALL_PERMISSIONS: readonly string[] = PERMISSION_GROUPS.map((group) => group.name);

/** What a token for looking only holds. */
export const READ_PERMISSIONS: readonly string[] = ALL_PERMISSIONS.filter(
  (name) => name.endsWith(' Read') && name !== 'API Tokens Read',
);

/** Whether the token holds one of the groups; "… Write" includes "… Read". */
export function holds(token: SandboxToken, needs: readonly string[]): boolean {
  if (needs.length === 0) return true;
  return needs.some(
    (name) =>
      token.permissions.includes(name) || token.permissions.includes(name.replace(/ Read$/, ' Write')),
  );
}

/** Whether the zone is one the token was made for. */
export function reaches(token: SandboxToken, zone: SandboxZone): boolean {
  if (!token.accounts.includes(zone.accountId)) return false;
  return token.zones === 'all' || token.zones.includes(zone.id);
}
