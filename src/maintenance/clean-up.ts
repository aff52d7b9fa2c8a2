/** Removes scripts that serve nobody any more and ends their events. */
import { MaintError } from '../model/errors.js';
import type { Deployment } from '../model/event.js';
import type { Route } from '../model/route.js';
import type { Engine } from './engine.js';
import { journalled, scriptIntention } from './journal.js';
import { carriesRoutes, listScripts, listZone } from './observe.js';
import { settleScript } from './open-outcomes.js';
import { parseRestoreRecord } from './restore-record.js';
import { readScript } from './upload.js';

/**
 * Deletes each script of ours in the given accounts whose event has no open site there. A script that a route
 * still points at is left: what becomes of a route whose script is deleted is not published. Failures are
 * returned as warnings; the next run tries again.
 */
export async function cleanUp(
  engine: Engine,
  accountIds: readonly string[],
  run: { readonly runId: string; readonly actor: string },
): Promise<string[]> {
  const warnings: string[] = [];
  const useless = engine.store.deployments
    .open()
    .filter((deployment) => accountIds.includes(deployment.accountId) && !serves(engine, deployment));
  for (const accountId of new Set(useless.map((deployment) => deployment.accountId))) {
    const scripts = useless.filter((deployment) => deployment.accountId === accountId);
    try {
      warnings.push(...(await removeScripts(engine, accountId, scripts, run)));
    } catch (error) {
      if (!(error instanceof MaintError)) throw error;
      warnings.push(`A script is left in account ${accountId}: ${error.message}`);
    }
  }
  const now = engine.clock().toISOString();
  for (const { eventId } of useless) engine.store.events.endIfDone(eventId, now);
  return warnings;
}

function serves(engine: Engine, deployment: Deployment): boolean {
  return engine.store.events
    .openSites()
    .some((site) => site.eventId === deployment.eventId && site.accountId === deployment.accountId);
}

async function removeScripts(
  engine: Engine,
  accountId: string,
  deployments: readonly Deployment[],
  run: { readonly runId: string; readonly actor: string },
): Promise<string[]> {
  const warnings: string[] = [];
  const listed = await listScripts(engine, accountId);
  if (listed === null) {
    return deployments.map(({ script }) => `${script} is kept: the token may not list what points at it.`);
  }
  const carries = carriesRoutes(listed);
  for (const deployment of deployments) {
    const { script, eventId } = deployment;
    const routes = carries
      ? (listed.find((summary) => summary.name === script)?.routes ?? [])
      : await routesByZone(engine, deployment);
    if (routes === null) {
      warnings.push(`${script} is kept: not every zone that may point at it could be read.`);
      continue;
    }
    if (routes.length > 0) {
      const patterns = routes.map((route) => route.pattern).slice(0, 5);
      warnings.push(
        `${script} is kept: ${patterns.join(', ')} still ${patterns.length === 1 ? 'points' : 'point'} at it.`,
      );
      continue;
    }
    const intention = scriptIntention('delete-script', accountId, script, { ...run, eventId }, engine);
    await journalled(engine, intention, () => engine.cloudflare(accountId).scripts.delete(accountId, script));
    engine.store.transaction(() => {
      settleScript(engine, { eventId, accountId, script }, 'gone');
      engine.store.deployments.markRemoved(script, accountId, engine.clock().toISOString());
    });
  }
  return warnings;
}

/** The routes of a script in every zone that its event is known to have touched; null where one is closed to us. */
async function routesByZone(engine: Engine, { accountId, script, eventId }: Deployment) {
  const content = await readScript(engine, accountId, script);
  const record = content === null ? null : parseRestoreRecord(content.restore);
  const sites = [...engine.store.events.sites(eventId), ...(record?.sites ?? [])];
  const zones = new Map(sites.map((site) => [site.zoneId, { ...site, accountId }]));
  const routes: Route[] = [];
  for (const zone of zones.values()) {
    const view = await listZone(engine, zone);
    if (view.error !== null) return null;
    routes.push(...view.routes.filter((route) => route.script === script));
  }
  return routes;
}
