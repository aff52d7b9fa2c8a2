/** The whole of the sandbox as sorted plain data, to compare before with after. Dates of scripts are left out. */
import { createHash } from 'node:crypto';
import type { SandboxScript, SandboxState } from './state.js';

export interface SandboxSnapshot {
  zones: Record<string, unknown>;
  accounts: Record<string, unknown>;
}

export function takeSnapshot(state: SandboxState): SandboxSnapshot {
  const zones = [...state.zones.values()].sort(by('name')).map((zone) => [
    zone.name,
    {
      ...zone,
      routes: [...(state.routes.get(zone.id) ?? [])].sort(by('pattern')),
      dns: [...(state.dns.get(zone.id) ?? [])].sort(by('id')),
      settings: Object.fromEntries([...(state.settings.get(zone.id) ?? [])].sort()),
    },
  ]);
  const accounts = [...state.accounts.values()].sort(by('id')).map((account) => [
    account.id,
    {
      ...account,
      scripts: [...(state.scripts.get(account.id)?.values() ?? [])].sort(by('name')).map(scriptSummary),
      domains: [...(state.domains.get(account.id) ?? [])].sort(by('hostname')),
    },
  ]);
  return structuredClone({ zones: Object.fromEntries(zones), accounts: Object.fromEntries(accounts) });
}

function scriptSummary(script: SandboxScript) {
  const modules = script.modules.map(({ name, type, content }) => {
    return { name, type, hash: createHash('sha256').update(content).digest('hex') };
  });
  return { name: script.name, metadata: script.metadata, subdomain: script.subdomain, modules };
}

function by<K extends string>(key: K) {
  return (a: Record<K, string>, b: Record<K, string>): number =>
    a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0;
}
