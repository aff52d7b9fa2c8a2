/** Puts an event's Worker into an account, or renews it when the event is extended. */
import type { ScriptUpload } from '../cloudflare/api.js';
import { MaintError } from '../model/errors.js';
import type { MaintenanceEvent } from '../model/event.js';
import type { Change, ScriptPlan, Upstream } from '../model/plan.js';
import { WORKER_HASH } from '../worker/bundle.generated.js';
import {
  COMPATIBILITY_DATE,
  parseWorkerModules,
  WORKER_MAIN,
  type WorkerContent,
  workerModules,
} from '../worker/deployment-modules.js';
import { type PageSettings, settingsProblems } from '../worker/settings.js';
import { claimsOf } from './claims.js';
import type { Engine } from './engine.js';
import { journalled, type RunFrame, scriptIntention, stateAfter } from './journal.js';
import type { Lease } from './lease.js';
import { mergeRecords, parseRestoreRecord, type RestoreRecord, restoreRecord } from './restore-record.js';

/** Marks our scripts in Cloudflare's dashboard; what is ours is decided by name and content, not by it. */
const TAG = 'maint';

export interface UploadInput {
  readonly event: MaintenanceEvent;
  readonly script: ScriptPlan;
  /** The changes that will follow: their `before` must be in the Worker before they are made. */
  readonly changes: readonly Change[];
  readonly frame: RunFrame;
  readonly lease: Lease;
}

/**
 * Uploads the script, keeps what an earlier upload of it held, and takes it off workers.dev.
 * Returns whether the script is new, so that it cannot have any route yet.
 */
export async function uploadScript(engine: Engine, input: UploadInput): Promise<boolean> {
  const { accountId, script } = input.script;
  const api = engine.cloudflare(accountId);
  const history = deploymentOf(engine, input);
  const again = history !== 'none';
  const upload = composeUpload(input.event, await composeRecord(engine, input));
  // Known before it is there: a script that was uploaded by a run that died must be found and removed.
  if (history !== 'open') recordDeployment(engine, input);
  const intention = scriptIntention('upload-script', accountId, script, input.frame, engine);
  try {
    input.lease.ensureHeld();
    await journalled(engine, intention, () => api.scripts.upload(accountId, script, upload));
  } catch (error) {
    const removed = engine.clock().toISOString();
    if (history !== 'open' && stateAfter(error) === 'failed')
      engine.store.deployments.markRemoved(script, accountId, removed);
    throw error;
  }
  if (history === 'open' && isHidden(engine, input)) return false;
  input.lease.ensureHeld();
  const hide = scriptIntention('disable-subdomain', accountId, script, input.frame, engine);
  await journalled(engine, hide, () => api.scripts.disableSubdomain(accountId, script)).catch(tolerate);
  return !again;
}

function isHidden(engine: Engine, { event, script }: UploadInput): boolean {
  return engine.store.operations
    .ofEvent(event.id)
    .some(
      ({ action, subject, accountId, state }) =>
        action === 'disable-subdomain' &&
        subject === script.script &&
        accountId === script.accountId &&
        state === 'done',
    );
}

/** That the page can also be seen on workers.dev is no reason to leave a site without it. */
function tolerate(error: unknown): void {
  const fatal = ['token-invalid', 'interrupted', 'rate-limited'];
  if (!(error instanceof MaintError) || fatal.includes(error.code)) throw error;
}

async function composeRecord(engine: Engine, input: UploadInput): Promise<RestoreRecord> {
  const { event, script, changes } = input;
  const { accountId } = script;
  const older =
    deploymentOf(engine, input) !== 'none' ? await readScript(engine, accountId, script.script) : null;
  const sites = engine.store.events
    .sites(event.id)
    .filter((site) => script.domains.includes(site.domain) && site.accountId === accountId);
  const claims = claimsOf(engine.store.operations.ofEvent(event.id)).filter(
    (claim) => claim.script === script.script && claim.accountId === accountId,
  );
  const fresh = restoreRecord(event, accountId, sites, [...claims, ...changes], script.upstream);
  return mergeRecords(older === null ? null : parseRestoreRecord(older.restore), fresh);
}

/**
 * The upload of an event's Worker with a given restore record.
 * @throws MaintError `internal` for settings that the Worker would not take: nobody could read it back either.
 */
export function composeUpload(event: MaintenanceEvent, record: RestoreRecord): ScriptUpload {
  const bindings = bindingNames(record.upstream);
  const settings = pageSettings(event, record.upstream, bindings);
  const wrong = settingsProblems(settings);
  if (wrong.length > 0)
    throw new MaintError('internal', `The page's settings are wrong: ${wrong.join(', ')}.`);
  return {
    mainModule: WORKER_MAIN,
    compatibilityDate: COMPATIBILITY_DATE,
    modules: workerModules(settings, record, event.customPage),
    services: Object.fromEntries([...bindings].map(([script, name]) => [name, script])),
    tags: [TAG],
    message: `Maintenance ${event.id}`,
  };
}

function bindingNames(upstream: readonly Upstream[]): Map<string, string> {
  const scripts = new Set(upstream.flatMap(({ script }) => (script === null ? [] : [script])));
  return new Map([...scripts].sort().map((script, index) => [script, `UPSTREAM_${index + 1}`]));
}

function pageSettings(
  event: MaintenanceEvent,
  upstream: readonly Upstream[],
  bindings: ReadonlyMap<string, string>,
): PageSettings {
  const { id, title, message, since, until, autoEnd, contact, statusUrl, bypassSecret } = event;
  return {
    schema: 1,
    eventId: id,
    title,
    message,
    since,
    until,
    autoEnd,
    contact,
    statusUrl,
    allowIps: [...event.allowIps],
    allowPaths: [...event.allowPaths],
    bypassSecret,
    upstream: upstream.map(({ pattern, script }) => ({
      pattern,
      binding: script === null ? null : (bindings.get(script) ?? null),
    })),
  };
}

/** Reads a script of ours back; null where it is gone or is not one that this version understands. */
export async function readScript(
  engine: Engine,
  accountId: string,
  script: string,
): Promise<WorkerContent | null> {
  const modules = await engine.cloudflare(accountId).scripts.download(accountId, script);
  return modules === null ? null : parseWorkerModules(modules);
}

/** What is recorded of the script: nothing, that it is up, or that it was removed. */
function deploymentOf(engine: Engine, { event, script }: UploadInput): 'none' | 'open' | 'removed' {
  const known = engine.store.deployments
    .ofEvent(event.id)
    .filter(({ script: name, accountId }) => name === script.script && accountId === script.accountId);
  if (known.length === 0) return 'none';
  return known.some(({ removedAt }) => removedAt === null) ? 'open' : 'removed';
}

function recordDeployment(engine: Engine, { event, script }: UploadInput): void {
  engine.store.deployments.insert({
    id: `${script.accountId}/${script.script}`,
    eventId: event.id,
    accountId: script.accountId,
    script: script.script,
    workerHash: WORKER_HASH,
    createdAt: engine.clock().toISOString(),
    removedAt: null,
  });
}
