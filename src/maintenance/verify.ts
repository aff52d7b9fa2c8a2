/** Looks at sites through the edge, as visitors do, until they show what they should. */
import pLimit from 'p-limit';
import { matchesHost, parsePattern } from '../model/route-pattern.js';
import type { Outcome } from '../model/vocabulary.js';
import type { Engine, ProbeResult } from './engine.js';
import type { SiteEnd } from './reports.js';
import type { RunOptions } from './types.js';

export interface VerifyTarget {
  readonly domain: string;
  readonly patterns: readonly string[];
  /** The event whose page must answer; null: no page of ours may. */
  readonly eventId: string | null;
}

const PROBE_TIMEOUT_MS = 10_000;
const CONCURRENCY = 16;
/** Where the first so many names cannot be reached at all, the network here is the cause: stop asking. */
const SAMPLE = 8;

/**
 * Tells for each domain whether all its hostnames show what they should: true, false, or null where that could
 * not be seen: a hostname does not answer, or none exists. Hostnames that only a wildcard covers are not asked.
 */
export async function verifySites(
  engine: Engine,
  targets: readonly VerifyTarget[],
  stop?: AbortSignal,
): Promise<ReadonlyMap<string, boolean | null>> {
  return lookAtAll(engine, targets, { deadline: engine.monotonic() + engine.verifyDeadlineMs, stop });
}

/** The same with a single look at each hostname: what the edge shows now. */
export async function glanceAtSites(
  engine: Engine,
  targets: readonly VerifyTarget[],
  stop: AbortSignal | undefined,
): Promise<ReadonlyMap<string, boolean | null>> {
  return lookAtAll(engine, targets, { deadline: Number.NEGATIVE_INFINITY, stop });
}

interface Patience {
  /** On the monotonic clock: until then a host that shows the wrong thing is looked at again. */
  readonly deadline: number;
  readonly stop: AbortSignal | undefined;
}

async function lookAtAll(
  engine: Engine,
  targets: readonly VerifyTarget[],
  patience: Patience,
): Promise<ReadonlyMap<string, boolean | null>> {
  const limit = pLimit(CONCURRENCY);
  const seen: (boolean | null)[] = [];
  const blind = () => seen.length >= SAMPLE && seen.every((verdict) => verdict === null);
  const one = async (target: VerifyTarget): Promise<[string, boolean | null]> => {
    if (patience.stop?.aborted || blind()) return [target.domain, null];
    const verdict = await verifySite(engine, target, patience);
    seen.push(verdict);
    return [target.domain, verdict];
  };
  return new Map(await Promise.all(targets.map((target) => limit(() => one(target)))));
}

/** What a visitor of one hostname gets; `absent` where the name is not served at all, which proves nothing. */
type Sight = 'right' | 'wrong' | 'absent' | 'unreachable';

async function verifySite(engine: Engine, target: VerifyTarget, patience: Patience): Promise<boolean | null> {
  const hosts = target.patterns.map(parsePattern).filter((pattern) => !pattern.wildcardHost);
  const sights = await Promise.all(hosts.map(({ host }) => verifyHost(engine, host, target, patience)));
  if (sights.includes('wrong')) return false;
  return sights.includes('right') && !sights.includes('unreachable') ? true : null;
}

async function verifyHost(
  engine: Engine,
  host: string,
  target: VerifyTarget,
  { deadline, stop }: Patience,
): Promise<Sight> {
  for (let pause = 250; ; pause = Math.min(pause * 2, 4_000)) {
    // A new query each time, so that no cache on the way answers for the edge.
    const nonce = Buffer.from(engine.randomBytes(6)).toString('hex');
    const sight = judge(await visit(engine, `https://${host}/?maint-check=${nonce}`, target), target.eventId);
    if (sight !== 'wrong') return sight;
    if (stop?.aborted || engine.monotonic() + pause > deadline) return sight;
    await engine.sleep(pause, stop);
  }
}

const MOST_REDIRECTS = 5;

/**
 * Looks at a URL; where a page should be, goes along redirects that stay on the site: Cloudflare's redirect rules
 * run before Workers (Cloudflare docs, Rules → Traffic sequence), so that a `www` that leads to the apex never
 * shows the page itself, and its visitors do see it.
 */
async function visit(engine: Engine, url: string, { eventId, patterns }: VerifyTarget): Promise<ProbeResult> {
  let result = await engine.probe(url, PROBE_TIMEOUT_MS);
  for (let hops = 0; hops < MOST_REDIRECTS && eventId !== null && result.eventId === null; hops += 1) {
    const next = result.redirectsTo;
    if (next === null || !isCovered(next, patterns)) break;
    result = await engine.probe(next, PROBE_TIMEOUT_MS);
  }
  return result;
}

function isCovered(url: string, patterns: readonly string[]): boolean {
  const { hostname } = new URL(url);
  return patterns.some((pattern) => matchesHost(parsePattern(pattern), hostname));
}

/** Cloudflare's own answers for a name that it does not serve prove nothing about the page. */
const NOT_SERVED: readonly number[] = [409, 530];

function judge(result: ProbeResult, eventId: string | null): Sight {
  if (result.failure === 'name') return 'absent';
  if (result.status === null) return 'unreachable';
  if (result.eventId === null && NOT_SERVED.includes(result.status)) return 'absent';
  return result.eventId === eventId ? 'right' : 'wrong';
}

/** Verifies the sites that ended with `outcome` and writes the verdicts into their ends. */
export async function verifyEnds(
  engine: Engine,
  ends: readonly SiteEnd[],
  outcome: Extract<Outcome, 'enabled' | 'disabled'>,
  options: RunOptions,
): Promise<SiteEnd[]> {
  const changed = ends.filter((end) => end.outcome === outcome);
  if (options.verify === false || changed.length === 0) return [...ends];
  options.onProgress?.({ type: 'phase', phase: 'verify', total: changed.length });
  const targets = changed.map(({ plan }) => ({
    domain: plan.domain,
    patterns: plan.patterns,
    eventId: outcome === 'enabled' ? plan.eventId : null,
  }));
  const verdicts = await verifySites(engine, targets, options.stop);
  return ends.map((end) => ({ ...end, verified: verdicts.get(end.plan.domain) ?? null }));
}
