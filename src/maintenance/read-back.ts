/** Asks Cloudflare whether changes are really there: nothing is called done before. */
import pLimit from 'p-limit';
import { MaintError } from '../model/errors.js';
import type { Route } from '../model/route.js';
import { samePattern } from './coverage.js';
import type { Engine } from './engine.js';
import { carriesRoutes, indexByZone, listScripts, listZone, type ZoneRef } from './observe.js';

/** What must be true of one pattern of one zone. */
export interface Expectation {
  readonly domain: string;
  readonly zone: ZoneRef;
  readonly pattern: string;
  /** Whether what is there, or null, is as it should be. */
  readonly met: (found: Route | null) => boolean;
  /** Whether the account's script list is proof enough, so that the zone need not be read. */
  readonly scriptListProves: boolean;
}

/** Lists may lag behind writes by some seconds; so long we ask again (milliseconds between looks). */
const PAUSES_MS = [0, 400, 1_000, 2_000, 4_000, 8_000];
/** Up to so many zones are read one by one before the last look. */
const FEW_ZONES = 20;

/** Returns the expectations that were not seen to be met. */
export async function readBack(
  engine: Engine,
  expectations: readonly Expectation[],
  concurrency: number,
  stop?: AbortSignal,
): Promise<readonly Expectation[]> {
  let pending = expectations;
  const closed: Expectation[] = [];
  for (const [look, pause] of PAUSES_MS.entries()) {
    if (pending.length === 0 || (look > 0 && stop?.aborted)) break;
    if (pause > 0) await engine.sleep(pause, stop);
    const last = look === PAUSES_MS.length - 1;
    try {
      const seen = await lookOnce(engine, pending, concurrency, last);
      pending = seen.unmet;
      closed.push(...seen.closed);
    } catch (error) {
      // A look that fails proves nothing: what was not seen stays unproven, and is reported so.
      if (!(error instanceof MaintError) || error.code === 'internal') throw error;
      break;
    }
  }
  return [...pending, ...closed];
}

interface Seen {
  readonly unmet: readonly Expectation[];
  /** In zones that may not be read: to look again would change nothing. */
  readonly closed: readonly Expectation[];
}

async function lookOnce(
  engine: Engine,
  pending: readonly Expectation[],
  concurrency: number,
  last: boolean,
): Promise<Seen> {
  const lists = await readLists(engine, pending);
  const left = pending.filter((expectation) => !provedBy(lists, expectation));
  const zones = zonesToRead(left, lists, last);
  const limit = pLimit(concurrency);
  const views = await Promise.all(zones.map((zone) => limit(() => listZone(engine, zone))));
  const read = new Map(views.map((view) => [view.zoneId, view]));
  const unmet = left.filter(({ zone, pattern, met }) => {
    const view = read.get(zone.zoneId);
    return view === undefined || view.error !== null || !met(pick(view.routes, pattern));
  });
  const isClosed = ({ zone }: Expectation) => (read.get(zone.zoneId)?.error ?? null) !== null;
  return { unmet: unmet.filter((one) => !isClosed(one)), closed: unmet.filter(isClosed) };
}

type Lists = ReadonlyMap<string, (zone: ZoneRef) => readonly Route[]>;

/** The script lists that can prove anything, by account; an account whose list tells no routes is left out. */
async function readLists(engine: Engine, pending: readonly Expectation[]): Promise<Lists> {
  const accounts = new Set(pending.filter((e) => e.scriptListProves).map((e) => e.zone.accountId));
  const lists = new Map<string, (zone: ZoneRef) => readonly Route[]>();
  for (const accountId of accounts) {
    const scripts = await listScripts(engine, accountId);
    if (carriesRoutes(scripts)) lists.set(accountId, indexByZone(scripts));
  }
  return lists;
}

function provedBy(lists: Lists, expectation: Expectation): boolean {
  const routesOf = expectation.scriptListProves ? lists.get(expectation.zone.accountId) : undefined;
  return routesOf !== undefined && expectation.met(pick(routesOf(expectation.zone), expectation.pattern));
}

/** Zones whose own list must be read now; where a script list may yet catch up, many zones can wait for it. */
function zonesToRead(pending: readonly Expectation[], lists: Lists, last: boolean): ZoneRef[] {
  const all = new Map(pending.map(({ zone }) => [zone.zoneId, zone]));
  if (last || all.size <= FEW_ZONES) return [...all.values()];
  const needed = pending.filter(
    ({ scriptListProves, zone }) => !scriptListProves || !lists.has(zone.accountId),
  );
  return [...new Map(needed.map(({ zone }) => [zone.zoneId, zone])).values()];
}

function pick(routes: readonly Route[], pattern: string): Route | null {
  return routes.find((route) => samePattern(route.pattern, pattern)) ?? null;
}
