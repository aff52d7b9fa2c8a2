/** The first steps: where is the zone, is the token good, and what may it do there. */
import type { CloudflareApi, Zone } from '../cloudflare/api.js';
import { PERMISSION, type Permission } from '../cloudflare/transport/permissions.js';
import { MaintError } from '../model/errors.js';
import type { Site } from '../model/site.js';
import { findServedZones, onlyZone, type ServedZone } from './find-zone.js';
import { zoneOf } from './item-book.js';
import type { Facts, SetupOptions, StepEnd, Work } from './setup-types.js';
import { inactiveReason } from './site-of-zone.js';

const DAY_MS = 86_400_000;
/** Time enough to make a new token before the old one ends. */
const SOON_DAYS = 14;

/** Step `zone`: the one zone, active, not paused, and nobody else at work on it. */
export async function checkZone(work: Work): Promise<StepEnd> {
  const { parts, options, domain } = work;
  const site = parts.store.sites.byDomain(domain);
  if (site !== null) parts.requireAllowed(site, 'setup', options);
  const own = site?.token ?? null;
  const served = await findServedZones(parts.tokens(), domain, { accountId: options.accountId, own });
  const { zone, token, cloudflare } = await chooseZone(served, site, work);
  const inactive = inactiveReason(zone);
  if (inactive !== null) {
    throw new MaintError('remote-refused', `${inactive} No Worker runs on it.`, {
      hint: zone.paused
        ? 'Resume it in the dashboard (Overview → Advanced actions).'
        : 'Finish its activation in the dashboard first.',
    });
  }
  const lease = options.dryRun === true ? null : parts.takeZone(zone.id, 'setup', options.actor);
  const plan = zone.planName === null ? '' : `, plan ${zone.planName}`;
  const message = `${zone.name} in ${zone.account.name} (${zone.account.id}), active${plan}.`;
  return { status: 'ok', message, learned: { zone, token, cloudflare, site, lease } };
}

/** Where several accounts have a zone of this name: the catalogue's, or the one that a person points at. */
async function chooseZone(
  served: readonly ServedZone[],
  site: Site | null,
  { options }: Work,
): Promise<ServedZone> {
  const known = served.find(({ zone }) => zone.id === site?.zoneId);
  if (known !== undefined) return known;
  if (served.length > 1 && options.ask !== undefined) {
    for (const one of served) {
      const { name, account } = one.zone;
      const yes = await options.ask(
        `${name} is in several accounts. Use that of ${account.name} (${account.id})?`,
      );
      if (yes) return one;
    }
  }
  onlyZone(served.map(({ zone }) => zone));
  const [only] = served;
  if (only === undefined) throw new MaintError('internal', 'A search that found no zone did not say so.');
  return only;
}

/** Step `token`: valid, and for how long. */
export async function checkToken({ parts, facts, ...work }: Work): Promise<StepEnd> {
  const account = zoneOf({ facts, ...work }).account.id;
  const { id, status, kind, expiresOn } = await clientOf(facts).tokens.verify(account);
  if (status !== 'active') {
    throw new MaintError('token-invalid', `The API token is ${status}.`, {
      hint: 'Make a new token in the dashboard under My Profile → API Tokens.',
    });
  }
  const name = facts.token === null ? '' : ` (${facts.token})`;
  const whose = kind === 'user' ? `a user's token${name}` : `an account's token${name}`;
  const learned = { tokenId: id };
  if (expiresOn === null) return { status: 'ok', message: `Valid: ${whose}, without an end.`, learned };
  const days = Math.floor((Date.parse(expiresOn) - parts.clock().getTime()) / DAY_MS);
  const end = `Valid: ${whose}, until ${expiresOn.slice(0, 10)}.`;
  if (days >= SOON_DAYS) return { status: 'ok', message: end, learned };
  return { status: 'suggested', message: `${end} Make a new one before it ends.`, learned };
}

/** One thing that setup reads, and whether it cannot do without. */
interface Reading {
  readonly what: string;
  readonly permission: Permission;
  readonly vital: boolean;
  readonly read: (cloudflare: CloudflareApi, zone: Zone) => Promise<Partial<Facts>>;
}

const READINGS: readonly Reading[] = [
  {
    what: 'Workers',
    permission: PERMISSION.scriptsRead,
    vital: true,
    read: async ({ scripts }, zone) => ({
      scripts: (await scripts.list(zone.account.id)).map(({ name }) => name),
    }),
  },
  {
    what: 'Workers routes',
    permission: PERMISSION.routesRead,
    vital: true,
    read: async ({ routes }, zone) => ({ routes: await routes.list(zone.id) }),
  },
  {
    what: 'DNS records',
    permission: PERMISSION.dnsRead,
    vital: false,
    read: async ({ dns }, zone) => ({ records: await dns.list(zone.id) }),
  },
  {
    what: 'the SSL mode',
    permission: PERMISSION.settingsRead,
    vital: false,
    read: async ({ settings }, zone) => ({ sslMode: String(await settings.get(zone.id, 'ssl')) }),
  },
];

/** What this setup changes, or would without the dry run: each is asked for without changing anything. */
function edits({ dnsTarget, ssl }: SetupOptions): Permission[] {
  return [
    PERMISSION.scriptsEdit,
    PERMISSION.routesEdit,
    ...(dnsTarget === undefined ? [] : [PERMISSION.dnsEdit]),
    ...(ssl === undefined ? [] : [PERMISSION.settingsEdit]),
  ];
}

/** Step `permissions`: reads everything that the later steps need; tells of all that is missing at once. */
export async function checkPermissions(work: Work): Promise<StepEnd> {
  const zone = zoneOf(work);
  const cloudflare = clientOf(work.facts);
  const readings = await Promise.all(
    READINGS.map(async (reading) => ({ reading, facts: await readIfAllowed(reading, cloudflare, zone) })),
  );
  const closed = readings.filter(({ facts }) => facts === null).map(({ reading }) => reading);
  const where = { zoneId: zone.id, accountId: zone.account.id };
  const answers = await Promise.all(
    edits(work.options).map(async (permission) => {
      const unusedId = Buffer.from(work.parts.randomBytes(16)).toString('hex');
      return { permission, held: await cloudflare.permissions.ask(permission, { ...where, unusedId }) };
    }),
  );
  const unread = closed.filter(({ vital }) => vital).map(({ permission }) => permission);
  const unheld = answers.filter(({ held }) => held === 'missing').map(({ permission }) => permission);
  // A dry run is for tokens that may only read, too: it says what setup itself would lack.
  const lacking = work.options.dryRun === true ? unread : [...unread, ...unheld];
  if (lacking.length > 0) throw lacks(lacking);
  const learned: Partial<Facts> = Object.assign({}, ...readings.map(({ facts }) => facts));
  const details = [
    ...closed.map(({ what, permission }) => `Give it "${permission}", so that setup sees ${what}.`),
    ...unheld.map((permission) => `Without a dry run setup would fail here: it lacks "${permission}".`),
  ];
  if (details.length === 0) return { status: 'ok', message: 'The token may do all that is needed.', learned };
  const missing = [
    ...(closed.length === 0 ? [] : [`read ${closed.map(({ what }) => what).join(' and ')}`]),
    ...(unheld.length === 0 ? [] : ['change all that setup changes']),
  ];
  return { status: 'suggested', message: `The token may not ${missing.join(', nor ')}.`, details, learned };
}

function lacks(permissions: readonly Permission[]): MaintError {
  const named = [...new Set(permissions)].map((permission) => `"${permission}"`).join(', ');
  return new MaintError('permission-missing', `The API token lacks ${named}.`, {
    hint: "Give the token that permission, and the zone and its account as its scope, in Cloudflare's dashboard.",
  });
}

async function readIfAllowed(
  { read }: Reading,
  cloudflare: CloudflareApi,
  zone: Zone,
): Promise<Partial<Facts> | null> {
  try {
    return await read(cloudflare, zone);
  } catch (error) {
    if (error instanceof MaintError && error.code === 'permission-missing') return null;
    throw error;
  }
}

/** Before the first change that reaches further than the site. @throws MaintError `guard-refused` */
export function requireWholeZone({ parts, options, domain, facts }: Work): void {
  parts.requireZoneAllowed({ zoneId: zoneOf({ facts, domain }).id, domain }, 'setup', options);
}

/** The client that sees the zone. */
export function clientOf({ cloudflare }: Facts): CloudflareApi {
  if (cloudflare !== null) return cloudflare;
  throw new MaintError('internal', 'No client is chosen before the zone is found.');
}
