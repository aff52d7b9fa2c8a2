/** Which permissions the commands need of a token, named as Cloudflare's dashboard names them. */

import type { Held, Zone } from '../../cloudflare/api.js';
import { PERMISSION, type Permission } from '../../cloudflare/transport/permissions.js';
import { nameSome } from '../../model/counted.js';
import { type Finding, failed, ok, type Prerequisite, skipped, warning } from './prerequisite.js';
import type { TokenFacts } from './token.js';

/** `extra`: only some setups need it, and a token for daily use is safer without. */
type Need = 'required' | 'useful' | 'extra';

interface PermissionNeed {
  readonly permission: Permission;
  readonly need: Need;
  /** The commands, as they continue "needed by". */
  readonly by: string;
}

const NEEDS: readonly PermissionNeed[] = [
  { permission: PERMISSION.zoneRead, need: 'required', by: 'discover, setup and site add' },
  { permission: PERMISSION.routesRead, need: 'required', by: 'status, enable, disable and monitor' },
  { permission: PERMISSION.routesEdit, need: 'required', by: 'enable, disable, resume and monitor' },
  { permission: PERMISSION.scriptsRead, need: 'required', by: 'enable, disable, recover and status' },
  { permission: PERMISSION.scriptsEdit, need: 'required', by: 'enable, disable, resume and monitor' },
  { permission: PERMISSION.dnsRead, need: 'useful', by: 'setup and doctor --sites' },
  { permission: PERMISSION.settingsRead, need: 'useful', by: 'setup' },
  { permission: PERMISSION.dnsEdit, need: 'extra', by: 'setup --dns-target' },
  { permission: PERMISSION.settingsEdit, need: 'extra', by: 'setup --ssl' },
];

/** A token has its permissions by account, so one zone stands for its account; of very many accounts some do. */
const MOST_ACCOUNTS = 5;

export const PERMISSION_PREREQUISITES: readonly Prerequisite<TokenFacts>[] = NEEDS.map(
  (need): Prerequisite<TokenFacts> => ({
    id: `permission ${need.permission}`,
    title: need.permission,
    area: 'permissions',
    when: ({ zones }) => (zones.value?.length ? null : 'Without a zone there is nothing to ask for it in.'),
    check: async (facts) => {
      const zones = sampleOf(facts);
      const answers = await Promise.all(
        zones.map(async (zone) => ({ zone, held: await ask(facts, need.permission, zone) })),
      );
      return judge(need, answers, zones.length === facts.zones.value?.length);
    },
    nextStep: `Give the token ${need.permission}, in the dashboard under My Profile → API Tokens.`,
  }),
);

async function ask({ cloudflare, unusedId }: TokenFacts, permission: Permission, zone: Zone): Promise<Held> {
  // That there is a zone to ask in was told by a list that needs it.
  if (permission === PERMISSION.zoneRead) return 'held';
  const where = { zoneId: zone.id, accountId: zone.account.id, unusedId: unusedId() };
  return cloudflare.permissions.ask(permission, where);
}

/** A zone of each account; rather one of the catalogue. */
function sampleOf({ zones, sites }: TokenFacts): readonly Zone[] {
  const catalogued = new Set(sites.map((site) => site.zoneId));
  const byAccount = new Map<string, Zone>();
  for (const zone of zones.value ?? []) {
    const other = byAccount.get(zone.account.id);
    if (other === undefined || (!catalogued.has(other.id) && catalogued.has(zone.id)))
      byAccount.set(zone.account.id, zone);
  }
  return [...byAccount.values()].slice(0, MOST_ACCOUNTS);
}

function judge(
  { permission, need, by }: PermissionNeed,
  answers: readonly { readonly zone: Zone; readonly held: Held }[],
  everywhere: boolean,
): Finding {
  const where = (held: Held) =>
    nameSome(answers.filter((answer) => answer.held === held).map(({ zone }) => zone.name));
  const missing = where('missing');
  const held = where('held');
  const all = nameSome(answers.map(({ zone }) => zone.name));
  // The list of zones needs the permission to read them: it tells of every one.
  const asked = everywhere || permission === PERMISSION.zoneRead ? '' : ` where asked (${all})`;
  if (need === 'extra') {
    if (held === '') return ok(`Not held${asked}, and only ${by} needs it.`);
    const advice = `Keep this token for ${by}, and use one without the permission day by day.`;
    return warning(`Held in ${held}, although only ${by} needs it.`, advice);
  }
  if (missing !== '') {
    const text = `Missing in ${missing}; needed by ${by}.`;
    return need === 'required' ? failed(text, undefined, 'permission-missing') : warning(text);
  }
  if (held === '') return skipped(`Cloudflare's answer does not tell; needed by ${by}.`);
  return ok(`Held${asked}; needed by ${by}.`);
}
