/** Finishes what interrupted runs left: pages that were going up go up, pages that were coming down come down. */

import { type ErrorReport, MaintError, reportOf } from '../model/errors.js';
import type { EventSite } from '../model/event.js';
import type { Site } from '../model/site.js';
import { cleanUp } from './clean-up.js';
import { prepareDisable } from './disable.js';
import { prepareEnable } from './enable.js';
import { type Engine, newRunId } from './engine.js';
import { TOKEN_ERRORS } from './observe.js';
import type { DisableOptions, Prepared, RunReport, SiteReport } from './types.js';

export interface ResumeOptions extends DisableOptions {
  readonly eventId?: string;
}

/** Resumes one event, or all. Sites whose catalogue entry is gone are taken from the event itself. */
export async function resume(engine: Engine, options: ResumeOptions): Promise<RunReport> {
  if (options.eventId !== undefined && engine.store.events.get(options.eventId) === null) {
    throw new MaintError('unknown-name', `There is no event ${options.eventId}.`, {
      hint: 'Run `maint event list` to see them.',
    });
  }
  const startedAt = engine.monotonic();
  const sentBefore = engine.sent();
  const open = engine.store.events
    .openSites()
    .filter((site) => options.eventId === undefined || site.eventId === options.eventId);
  const reports = [
    ...(await finishOpening(engine, open, options)),
    ...(await finishClosing(engine, open, options)),
  ];
  const accounts = engine.store.deployments.open().map((deployment) => deployment.accountId);
  const run = { runId: newRunId(engine), actor: options.actor };
  const left = await cleanUp(engine, [...new Set(accounts)], run);
  return join(reports, left, {
    requests: engine.sent() - sentBefore,
    durationMs: Math.round(engine.monotonic() - startedAt),
    eventId: options.eventId ?? null,
  });
}

async function finishOpening(
  engine: Engine,
  open: readonly EventSite[],
  options: ResumeOptions,
): Promise<RunReport[]> {
  const reports: RunReport[] = [];
  for (const [eventId, sites] of unfinished(open, 'opening')) {
    const kind = engine.store.events.get(eventId)?.kind ?? 'manual';
    const again = { ...options, kind, continueEvent: eventId };
    const sitesOfEvent = sites.map((site) => siteOf(engine, site));
    reports.push(
      await orFailed(sites, async () => {
        const prepared = await prepareEnable(engine, sitesOfEvent, again);
        return prepared.refusals.length > 0 && !options.force ? refused(prepared) : prepared.apply();
      }),
    );
  }
  return reports;
}

/** The report of an event that its guards keep from going on: the others are finished all the same. */
function refused({ preview, refusals, recordRefusal }: Prepared): RunReport {
  recordRefusal();
  const report = preview();
  const error: ErrorReport = {
    code: 'guard-refused',
    message: refusals.join(' '),
    hint: '`maint resume --force` goes on regardless; `maint disable` takes the page down.',
    ray: null,
  };
  const sites = report.sites.map((site): SiteReport => ({ ...site, outcome: 'failed', changes: [], error }));
  const none = { changed: 0, unchanged: 0, unknown: 0, conflicts: 0 };
  const summary = { ...none, selected: sites.length, failed: sites.length };
  return { ...report, dryRun: false, estimate: null, sites, summary };
}

async function finishClosing(
  engine: Engine,
  open: readonly EventSite[],
  options: ResumeOptions,
): Promise<RunReport[]> {
  const closing = open.filter((site) => site.state === 'closing');
  if (closing.length === 0) return [];
  const sites = closing.map((site) => siteOf(engine, site));
  const finish = async () => (await prepareDisable(engine, sites, options)).apply();
  return [await orFailed(closing, finish)];
}

/** An account without a usable token keeps only its own sites from being finished. */
async function orFailed(sites: readonly EventSite[], work: () => Promise<RunReport>): Promise<RunReport> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MaintError) || !TOKEN_ERRORS.includes(error.code)) throw error;
    return failedReport(sites, reportOf(error));
  }
}

function failedReport(sites: readonly EventSite[], error: ErrorReport): RunReport {
  const none = { changed: 0, unchanged: 0, unknown: 0, conflicts: 0 };
  const end = { verified: null, changes: [], error, dodged: [], conflicts: [], note: null };
  return {
    ...{ dryRun: false, eventId: null, requests: 0, durationMs: 0, estimate: null },
    summary: { ...none, selected: sites.length, failed: sites.length },
    sites: sites.map(({ domain, eventId }): SiteReport => ({ domain, eventId, outcome: 'failed', ...end })),
    warnings: [],
    interrupted: false,
  };
}

function unfinished(open: readonly EventSite[], state: EventSite['state']): Map<string, EventSite[]> {
  const events = new Map<string, EventSite[]>();
  for (const site of open.filter((candidate) => candidate.state === state)) {
    events.set(site.eventId, [...(events.get(site.eventId) ?? []), site]);
  }
  return events;
}

/** The site as the event took it in, whatever the catalogue says of it by now. */
function siteOf(engine: Engine, row: EventSite): Site {
  const known = engine.store.sites.byDomain(row.domain);
  const ownHostnames = row.patterns
    .filter((pattern) => !pattern.startsWith('*'))
    .map((pattern) => pattern.replace(/\/\*$/, ''));
  const subdomains = row.patterns.some((pattern) => pattern.startsWith('*'));
  const snapshot = { ...row, ownHostnames, subdomains };
  if (known !== null) return { ...known, ...pick(snapshot) };
  return { ...EMPTY, domain: row.domain, ...pick(snapshot) };
}

function pick(row: EventSite & { ownHostnames: readonly string[]; subdomains: boolean }) {
  const { zoneId, zoneName, accountId, ownHostnames, subdomains } = row;
  return { zoneId, zoneName, accountId, ownHostnames, subdomains };
}

const EMPTY = {
  id: -1,
  name: null,
  environment: 'production',
  project: null,
  owner: null,
  tags: [],
  shares: [],
  groups: [],
  active: true,
  inactiveReason: null,
  token: null,
  plan: null,
  state: 'maintenance',
  maintenance: null,
  health: null,
  createdAt: '',
  updatedAt: '',
} as const;

function join(
  reports: readonly RunReport[],
  warnings: readonly string[],
  measured: { requests: number; durationMs: number; eventId: string | null },
): RunReport {
  const sites: SiteReport[] = reports.flatMap((report) => report.sites);
  const total = (key: keyof RunReport['summary']) =>
    reports.reduce((sum, report) => sum + report.summary[key], 0);
  return {
    ...measured,
    dryRun: false,
    summary: {
      selected: total('selected'),
      changed: total('changed'),
      unchanged: total('unchanged'),
      failed: total('failed'),
      unknown: total('unknown'),
      conflicts: total('conflicts'),
    },
    estimate: null,
    sites: sites.sort((a, b) => (a.domain < b.domain ? -1 : 1)),
    warnings: [...reports.flatMap((report) => report.warnings), ...warnings],
    interrupted: reports.some((report) => report.interrupted),
  };
}
