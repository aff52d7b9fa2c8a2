/** Looks at sites through the edge, as visitors do, until they show what they should. */
import pLimit from 'p-limit';
import { parsePattern } from '../model/route-pattern.js';
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
 * Tells for each domain whether all its hostnames show what they should: true, false, or null where none of
 * them could be reached. Hostnames that only exist as a wildcard are not asked.
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

async function verifySite(engine: Engine, target: VerifyTarget, patience: Patience): Promise<boolean | null> {
  const hosts = target.patterns.map(parsePattern).filter((pattern) => !pattern.wildcardHost);
  const verdicts = await Promise.all(
    hosts.map(({ host }) => verifyHost(engine, host, target.eventId, patience)),
  );
  const known = verdicts.filter((verdict) => verdict !== null);
  return known.length === 0 ? null : known.every(Boolean);
}

async function verifyHost(
  engine: Engine,
  host: string,
  eventId: string | null,
  { deadline, stop }: Patience,
): Promise<boolean | null> {
  for (let pause = 250; ; pause = Math.min(pause * 2, 4_000)) {
    // A new query each time, so that no cache on the way answers for the edge.
    const nonce = Buffer.from(engine.randomBytes(6)).toString('hex');
    const result = await engine.probe(`https://${host}/?maint-check=${nonce}`, PROBE_TIMEOUT_MS);
    const verdict = judge(result, eventId);
    if (verdict !== false) return verdict;
    if (stop?.aborted || engine.monotonic() + pause > deadline) return verdict;
    await engine.sleep(pause, stop);
  }
}

/** Cloudflare's own answers for a name that it does not serve prove nothing about the page. */
const NOT_SERVED: readonly number[] = [409, 530];

function judge(result: ProbeResult, eventId: string | null): boolean | null {
  if (result.status === null) return null;
  if (result.eventId === null && NOT_SERVED.includes(result.status)) return null;
  return result.eventId === eventId;
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
