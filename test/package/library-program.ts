/** A program of somebody who uses the library; it prints what it saw as one JSON document. */
export const LIBRARY_PROGRAM = `
import { CloudflareError, createMaint, MaintError, openCloudflare } from 'maint';
import type { RunReport, Site } from 'maint';

const { CLOUDFLARE_API_TOKEN: token = '', CLOUDFLARE_API_BASE_URL: baseUrl = '' } = process.env;
const maint = await createMaint({ token, baseUrl, dbPath: 'maint.db', actor: 'ann' });
const reason = 'Database upgrade';
const message = 'Back in half an hour.';

await maint.discover({ actor: 'ann', owner: 'ann', environment: 'production', project: 'ecommerce' });
const sites = maint.sites('ann');
const seen: readonly Site[] = sites.list();
const environments = sites.environmentSummary();
const dryRun: RunReport = await sites.production().enableMaintenance({ reason, message, dryRun: true });

const shops = sites
  .filter({ project: 'ecommerce', tags: { contains: 'critical' }, domain: { endsWith: '.org' } })
  .exclude({ project: 'legacy' });
const empty = await shops.enableMaintenance({ reason }).catch((error: unknown) => error);

const bakery = sites.filter({ domain: 'harbour-bakery.example' });
const enabled = await bakery.enableMaintenance({ reason, message, verify: false });
const during = sites.inMaintenance().list().map((site) => site.domain);
const status = await bakery.checkStatus();
const disabled = await bakery.disableMaintenance({ verify: false });
const user: string = (await maint.cloudflare.getZoneByName('elm-clinic.example'))?.name ?? 'nobody';
await maint.close();

const cloudflare = openCloudflare({ token, baseUrl });
const zones = await cloudflare.getZones();
await cloudflare.close();
const wrong = openCloudflare({ token: 'x'.repeat(40), baseUrl });
const refused = await wrong.getZones().catch((error: unknown) => error);
await wrong.close();

console.log(JSON.stringify({
  seen: seen.length,
  dryRun: dryRun.summary,
  sql: shops.toSQL(),
  environments,
  emptyIs: empty instanceof MaintError && empty.code,
  enabled: enabled.sites.map(({ domain, outcome }) => [domain, outcome]),
  during,
  observed: status.sites.map(({ observed }) => observed),
  disabled: disabled.sites.map(({ domain, outcome }) => [domain, outcome]),
  user,
  zones: zones.length,
  refused: refused instanceof CloudflareError && refused instanceof MaintError,
}));
`;
