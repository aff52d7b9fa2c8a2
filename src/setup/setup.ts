/** Brings one domain under `maint`: looks at everything, rehearses, adds the site, has it checked. */
import { checkPermissions, checkToken, checkZone } from './check-access.js';
import { ensureDns, readTarget } from './ensure-dns.js';
import { ensureSite, ensureTarget } from './ensure-site.js';
import { ensureSsl } from './ensure-ssl.js';
import { domainName } from './find-zone.js';
import { note } from './item-book.js';
import { rehearse, surveyWorkers } from './rehearse.js';
import { refusedReport, runSteps } from './run-steps.js';
import type { Facts, SetupOptions, SetupParts, SetupReport, Step, Work } from './setup-types.js';

/** Every step looks before it acts, so that a run that was killed is continued by running it again. */
const STEPS: readonly Step[] = [
  { name: 'zone', run: checkZone },
  { name: 'token', run: checkToken },
  { name: 'permissions', run: checkPermissions },
  { name: 'dns', run: ensureDns },
  { name: 'ssl', run: ensureSsl },
  { name: 'workers', run: surveyWorkers },
  { name: 'rehearsal', run: rehearse },
  { name: 'site', run: ensureSite },
  { name: 'monitoring', run: ensureTarget },
];

export const SETUP_STEP_NAMES: readonly string[] = STEPS.map(({ name }) => name);

const NOTHING_YET: Facts = {
  zone: null,
  cloudflare: null,
  token: null,
  tokenId: null,
  lease: null,
  site: null,
  records: null,
  sslMode: null,
  routes: null,
  scripts: null,
  hosts: [],
};

/**
 * Sets up a domain, or goes on where an interrupted run stopped. Without `ssl` and `dnsTarget` nothing at
 * Cloudflare stays changed: the rehearsal is taken away again.
 *
 * @returns what became of each step; whatever fails, wrong use included, is in the report's `error`
 */
export async function setUp(parts: SetupParts, given: string, options: SetupOptions): Promise<SetupReport> {
  let domain: string;
  try {
    domain = domainName(given);
    if (options.dnsTarget !== undefined) readTarget(options.dnsTarget, domain);
  } catch (error) {
    return refusedReport(given, options, error);
  }
  let facts = NOTHING_YET;
  const steps = STEPS.map(({ name, run }) => ({
    name,
    run: async () => {
      const end = await run({ parts, options, domain, facts });
      facts = { ...facts, ...end.learned };
      return end;
    },
  }));
  try {
    const again = (afterHint: boolean) => goingOn({ parts, options, domain }, afterHint);
    const report = await runSteps({ domain, options, monotonic: parts.monotonic, again }, steps);
    if (options.dryRun !== true) noteEnd({ parts, options, domain }, report);
    return report;
  } finally {
    facts.lease?.release();
  }
}

/** How to go on after an error. Teardown is named only where there is something that setup made. */
function goingOn({ parts, options, domain }: Pick<Work, 'parts' | 'options' | 'domain'>, afterHint: boolean) {
  const run = `${afterHint ? 'Then run' : 'Run'} 'maint setup ${domain}' again`;
  if (options.dryRun === true) return `${run}.`;
  const made = parts.store.setup.open(domain).length > 0;
  return `${run}: it goes on from here.${made ? ` 'maint teardown ${domain}' removes what it made.` : ''}`;
}

function noteEnd(
  run: Pick<Work, 'parts' | 'options' | 'domain'>,
  { success, steps, error }: SetupReport,
): void {
  const changed = steps.filter(({ status }) => status === 'changed').map(({ name }) => name);
  const made = changed.length === 0 ? 'nothing to change' : `changed ${changed.join(', ')}`;
  note(run, {
    action: 'setup',
    level: success ? 'info' : 'error',
    message: success ? `Set up: ${made}.` : `Setup failed: ${error?.message ?? ''}`,
  });
}
