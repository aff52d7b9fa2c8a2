/** Reads events back from their Workers: after a lost store, or for what another machine put up. */
import pLimit from 'p-limit';
import { MaintError } from '../model/errors.js';
import { type EventSite, eventOfScript, type MaintenanceEvent } from '../model/event.js';
import type { Intention } from '../model/operation.js';
import type { Route } from '../model/route.js';
import type { WorkerContent } from '../worker/deployment-modules.js';
import { patternKey } from './coverage.js';
import type { Engine } from './engine.js';
import { settle } from './journal.js';
import { parseRestoreRecord, type RestoreRecord } from './restore-record.js';
import { readScript } from './upload.js';

export interface RecoveredScript {
  readonly eventId: string;
  readonly script: string;
  readonly accountId: string;
  /** Whether the store knew all of it already. */
  readonly known: boolean;
  readonly domains: readonly string[];
}

/** Rebuilds what every Worker of ours in an account tells. Scripts that cannot be read become warnings. */
export async function recoverAccount(
  engine: Engine,
  accountId: string,
  run: { readonly runId: string; readonly actor: string },
): Promise<{ scripts: RecoveredScript[]; warnings: string[] }> {
  const scripts = await engine.cloudflare(accountId).scripts.list(accountId);
  const ours = scripts.filter((script) => eventOfScript(script.name) !== null);
  const limit = pLimit(4);
  const warnings: string[] = [];
  const recovered = await Promise.all(
    ours.map((script) =>
      limit(async () => {
        const found = await importScript(engine, accountId, script.name, run);
        if (found === null)
          warnings.push(`${script.name} looks like ours but holds no restore record: left alone.`);
        return found;
      }),
    ),
  );
  return { scripts: recovered.filter((script) => script !== null), warnings };
}

/** Takes one script's event into the store. Null where the script is gone or is not one that we understand. */
export async function importScript(
  engine: Engine,
  accountId: string,
  script: string,
  run: { readonly runId: string; readonly actor: string },
): Promise<RecoveredScript | null> {
  const content = await readScript(engine, accountId, script);
  const record = content === null ? null : parseRestoreRecord(content.restore);
  if (content === null || record === null || record.eventId !== eventOfScript(script)) return null;
  const domains = record.sites.map((site) => site.domain);
  const finding = { content, record, accountId, script, run };
  const known = isDeployed(engine, finding) && untold(engine, finding).length === 0;
  if (!known) engine.store.transaction(() => writeEvent(engine, finding));
  return { eventId: record.eventId, script, accountId, known, domains };
}

interface Finding {
  readonly content: WorkerContent;
  readonly record: RestoreRecord;
  readonly accountId: string;
  readonly script: string;
  readonly run: { readonly runId: string; readonly actor: string };
}

function writeEvent(engine: Engine, finding: Finding): void {
  const { record, accountId, script } = finding;
  const now = engine.clock().toISOString();
  const sites = sitesOf(finding);
  addToCatalogue(engine, finding, now);
  if (engine.store.events.get(record.eventId) === null) {
    engine.store.events.insert(eventFrom(finding), sites);
  } else {
    const known = new Set(engine.store.events.sites(record.eventId).map((site) => site.domain));
    engine.store.events.addSites(sites.filter((site) => !known.has(site.domain)));
  }
  if (!isDeployed(engine, finding)) {
    engine.store.deployments.insert({
      id: `${accountId}/${script}`,
      eventId: record.eventId,
      accountId,
      script,
      workerHash: 'recovered',
      createdAt: now,
      removedAt: null,
    });
  }
  const ids = engine.store.operations.intend(intentionsOf(engine, finding, now));
  settle(
    engine,
    ids.map((id) => ({ id, state: 'done' as const })),
  );
}

function isDeployed(engine: Engine, { record, accountId, script }: Finding): boolean {
  const deployments = engine.store.deployments.ofEvent(record.eventId);
  return deployments.some((known) => known.script === script && known.accountId === accountId);
}

/** Routes of the record that the journal here knows nothing of: another machine extended the event. */
function untold(engine: Engine, { record }: Finding): RestoreRecord['routes'] {
  const keyOf = (zoneId: string | null, pattern: string) => `${zoneId} ${patternKey(pattern)}`;
  const operations = engine.store.operations.ofEvent(record.eventId);
  const told = new Set(operations.map(({ zoneId, subject }) => keyOf(zoneId, subject)));
  return record.routes.filter(({ zoneId, pattern }) => !told.has(keyOf(zoneId, pattern)));
}

function sitesOf({ record, accountId }: Finding): EventSite[] {
  return record.sites.map((site) => ({ ...site, eventId: record.eventId, accountId, state: 'up' }));
}

function eventFrom({ content, record }: Finding): MaintenanceEvent {
  const { settings, customPage } = content;
  return {
    id: record.eventId,
    kind: record.kind,
    reason: record.reason,
    actor: record.actor,
    host: record.host,
    since: record.since,
    title: settings.title,
    message: settings.message,
    until: settings.until,
    autoEnd: settings.autoEnd,
    existingRoutes: record.existingRoutes,
    onLimit: record.onLimit,
    contact: settings.contact,
    statusUrl: settings.statusUrl,
    allowIps: settings.allowIps,
    allowPaths: settings.allowPaths,
    customPage,
    bypassSecret: settings.bypassSecret,
    endedAt: null,
  };
}

/** The changes that the event must have made, as if this machine's journal had seen them. */
function intentionsOf(engine: Engine, finding: Finding, now: string): Intention[] {
  const { record, accountId, script, run } = finding;
  return untold(engine, finding).map(({ domain, zoneId, pattern, before, failOpen }) => ({
    ...run,
    eventId: record.eventId,
    accountId,
    zoneId,
    domain,
    action: before === null ? 'create-route' : 'take-over-route',
    subject: pattern,
    before: before as Route | null,
    after: {
      ...before,
      id: before?.id ?? '',
      pattern,
      script,
      ...(failOpen === undefined ? {} : { request_limit_fail_open: failOpen }),
    },
    startedAt: now,
  }));
}

function addToCatalogue(engine: Engine, { record, accountId }: Finding, now: string): void {
  const missing = record.sites.filter((site) => engine.store.sites.byDomain(site.domain) === null);
  engine.store.sites.insert(
    missing.map(({ domain, zoneId, zoneName }) => ({
      domain,
      zoneId,
      zoneName,
      accountId,
      environment: 'production',
      project: null,
      owner: null,
      tags: [],
      active: true,
      inactiveReason: null,
      token: null,
      plan: null,
    })),
    now,
  );
}

/** Makes sure that an event whose script serves a site is known here. Throws where it cannot be read. */
export async function ensureKnown(
  engine: Engine,
  accountId: string,
  script: string,
  run: { readonly runId: string; readonly actor: string },
): Promise<MaintenanceEvent> {
  const id = eventOfScript(script) ?? '';
  const deployed = engine.store.deployments
    .ofEvent(id)
    .some((deployment) => deployment.script === script && deployment.accountId === accountId);
  if (!deployed) await importScript(engine, accountId, script, run);
  const event = engine.store.events.get(id);
  if (event !== null) return event;
  throw new MaintError(
    'conflict',
    `The page is ${script}, which holds no restore record that this version reads.`,
    {
      hint: 'Look at the script in the dashboard of Cloudflare; a newer version of maint may have put it up.',
    },
  );
}
