/** Looks at Cloudflare with the fewest calls that tell the truth. */
import pLimit from 'p-limit';
import type { ScriptSummary } from '../cloudflare/api.js';
import { type ErrorCode, type ErrorReport, MaintError, reportOf } from '../model/errors.js';
import type { Route } from '../model/route.js';
import { parsePattern } from '../model/route-pattern.js';
import type { Engine } from './engine.js';
import type { AccountView, Observation, ZoneView } from './observation.js';

export interface ZoneRef {
  readonly zoneId: string;
  readonly zoneName: string;
  readonly accountId: string;
}

export interface ObserveOptions {
  readonly concurrency: number;
  /** Of so many zones of an account, how many have their route list read whatever the script list says. */
  readonly readAnyway: (zones: number) => number;
  /** Whether what the script list tells of a zone is not enough to decide. */
  readonly needsZone: (zone: ZoneRef, routes: readonly Route[]) => boolean;
  /** Whether the account's script list is wanted even where each zone is read. */
  readonly needsScripts: (routes: readonly Route[]) => boolean;
  /** Script lists that were read just now, by account, so that they are not read again. */
  readonly scripts?: ReadonlyMap<string, readonly ScriptSummary[] | null>;
  /** Once it fires no further zone is read: the look is then given up, for half a look misleads. */
  readonly stop?: AbortSignal | undefined;
}

/** Errors of one zone that must not stop the others; everything else ends the run before anything changed. */
const ZONE_ERRORS: readonly string[] = ['permission-missing', 'not-found', 'remote-refused'];
/** Errors of one token, which must not stop the sites of others. */
export const TOKEN_ERRORS: readonly string[] = ['token-missing', 'token-exposed', 'token-invalid'];

/** Reads scripts and routes of the accounts and zones; a zone that cannot be read carries its error. */
export async function observe(
  engine: Engine,
  refs: readonly ZoneRef[],
  options: ObserveOptions,
): Promise<Observation> {
  const limit = pLimit(options.concurrency);
  const zones = new Map<string, ZoneView>();
  const accounts = new Map<string, AccountView>();
  for (const [accountId, members] of byAccount(refs)) {
    const seen = await observeAccount(engine, accountId, members, options, limit);
    accounts.set(accountId, { accountId, scripts: seen.scripts });
    for (const zone of seen.zones) zones.set(zone.zoneId, zone);
  }
  refuseWithoutToken([...zones.values()].map((zone) => zone.error));
  return { zones, accounts };
}

/** Where no site at all has a usable token, that is the end of the run, not the fate of each site. */
export function refuseWithoutToken(errors: readonly (ErrorReport | null)[]): void {
  const [first] = errors;
  if (first == null || !errors.every((error) => error !== null && TOKEN_ERRORS.includes(error.code))) return;
  const { code, message, hint, ray } = first;
  throw new MaintError(code as ErrorCode, message, { hint: hint ?? undefined, ray: ray ?? undefined });
}

type Limit = ReturnType<typeof pLimit>;

async function observeAccount(
  engine: Engine,
  accountId: string,
  refs: readonly ZoneRef[],
  options: ObserveOptions,
  limit: Limit,
): Promise<{ zones: ZoneView[]; scripts: readonly string[] | null }> {
  const anyway = options.readAnyway(refs.length);
  const given = options.scripts?.get(accountId);
  const skipList = anyway >= refs.length;
  let scripts = skipList ? null : given === undefined ? await listScripts(engine, accountId) : given;
  const routesOf = carriesRoutes(scripts) ? indexByZone(scripts) : null;
  const zones = await Promise.all(
    refs.map((ref, index) => {
      const known = routesOf?.(ref) ?? null;
      if (known !== null && index >= anyway && !options.needsZone(ref, known)) return partialView(ref, known);
      return limit(() => {
        if (options.stop?.aborted) throw new MaintError('interrupted', 'The look at Cloudflare was stopped.');
        return listZone(engine, ref);
      });
    }),
  );
  if (scripts === null && options.needsScripts(zones.flatMap((zone) => zone.routes))) {
    scripts = await listScripts(engine, accountId);
  }
  return { zones, scripts: scripts?.map((script) => script.name) ?? null };
}

/** The script list, or null where the token may not read it: route lists then have to do. */
export async function listScripts(
  engine: Engine,
  accountId: string,
): Promise<readonly ScriptSummary[] | null> {
  try {
    return await engine.cloudflare(accountId).scripts.list(accountId);
  } catch (error) {
    if (!(error instanceof MaintError)) throw error;
    if (error.code === 'permission-missing' || TOKEN_ERRORS.includes(error.code)) return null;
    throw error;
  }
}

/** Reads one zone's route list; a refusal becomes part of the view. */
export async function listZone(engine: Engine, ref: ZoneRef): Promise<ZoneView> {
  const { zoneId, zoneName, accountId } = ref;
  try {
    const routes = await engine.cloudflare(accountId, zoneId).routes.list(zoneId);
    return { zoneId, zoneName, accountId, routes, complete: true, error: null };
  } catch (error) {
    if (!(error instanceof MaintError)) throw error;
    if (!ZONE_ERRORS.includes(error.code) && !TOKEN_ERRORS.includes(error.code)) throw error;
    return { zoneId, zoneName, accountId, routes: [], complete: false, error: reportOf(error) };
  }
}

function partialView(ref: ZoneRef, routes: readonly Route[]): ZoneView {
  const { zoneId, zoneName, accountId } = ref;
  return { zoneId, zoneName, accountId, routes, complete: false, error: null };
}

/** Whether a script list tells routes at all: the schema published in 2024 does not name the field. */
export function carriesRoutes(scripts: readonly ScriptSummary[] | null): scripts is readonly ScriptSummary[] {
  return scripts?.every((script) => script.routes !== null) ?? false;
}

/**
 * Looks up the routes of a script list that can belong to a zone: their host ends in its name, or they are for
 * every host. The list names no zone, so a route of a sub-domain's own zone may be among them; that only makes
 * the zone be read.
 */
export function indexByZone(scripts: readonly ScriptSummary[]): (zone: ZoneRef) => Route[] {
  const byName = new Map<string, Route[]>();
  for (const route of scripts.flatMap((script) => script.routes ?? [])) {
    const labels = parsePattern(route.pattern).host.replace(/^\./, '').split('.');
    for (const [index] of labels.entries()) {
      const name = labels.slice(index).join('.');
      const routes = byName.get(name);
      if (routes === undefined) byName.set(name, [route]);
      else routes.push(route);
    }
  }
  return (zone) => [...(byName.get('') ?? []), ...(byName.get(zone.zoneName) ?? [])];
}

function byAccount(refs: readonly ZoneRef[]): Map<string, ZoneRef[]> {
  const accounts = new Map<string, ZoneRef[]>();
  for (const { zoneId, zoneName, accountId } of refs) {
    const zones = accounts.get(accountId) ?? [];
    if (!zones.some((zone) => zone.zoneId === zoneId)) zones.push({ zoneId, zoneName, accountId });
    accounts.set(accountId, zones);
  }
  return accounts;
}
