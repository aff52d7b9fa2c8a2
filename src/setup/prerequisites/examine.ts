/** Examines an installation: this machine, every token, and sites on request. Changes nothing. */
import pLimit from 'p-limit';
import type { CloudflareApi, Zone } from '../../cloudflare/api.js';
import type { TokenClient } from '../../cloudflare/clients.js';
import { MaintError } from '../../model/errors.js';
import type { Site } from '../../model/site.js';
import { lookAt } from './look.js';
import { MACHINE_PREREQUISITES, type MachineFacts } from './machine.js';
import { PERMISSION_PREREQUISITES } from './permissions.js';
import type { CheckedPrerequisite, FindingStatus } from './prerequisite.js';
import { REACH } from './reach.js';
import { SITE_PREREQUISITES } from './sites.js';
import { type Answer, TOKEN_PREREQUISITES, type TokenFacts } from './token.js';
import { WORKERS_PLAN } from './workers-plan.js';

export interface Examination {
  /** In the order: this machine, each token, each site. */
  readonly checks: readonly CheckedPrerequisite[];
  readonly summary: Readonly<Record<FindingStatus, number>>;
}

export interface Examinee {
  readonly machine: MachineFacts;
  /** @throws MaintError where there is none */
  readonly tokens: () => readonly TokenClient[];
  /** Where a token without a name comes from. */
  readonly givenFrom: string;
  /** The whole catalogue. */
  readonly catalogue: readonly Site[];
  /** Sites whose coverage is looked at too: two calls a zone and one an account. */
  readonly sites: readonly Site[];
  readonly accountId: string | null;
  readonly clock: () => Date;
  readonly unusedId: () => string;
}

/** Looks at every prerequisite, as much at once as can be; a question that fails is a finding, not an end. */
export async function examine(examinee: Examinee): Promise<Examination> {
  const [machine, tokens] = await Promise.all([
    lookAt(MACHINE_PREREQUISITES, examinee.machine, null),
    examineTokens(examinee),
  ]);
  const [reach, sites] = await Promise.all([
    lookAt([REACH], reachFacts(examinee, tokens), null),
    examineSites(examinee, tokens.seeing),
  ]);
  const checks = [...machine, ...reach, ...tokens.checks, ...sites];
  const count = (status: FindingStatus) => checks.filter((check) => check.status === status).length;
  return {
    checks,
    summary: {
      ok: count('ok'),
      warning: count('warning'),
      failed: count('failed'),
      skipped: count('skipped'),
    },
  };
}

/** A zone, and the client of a token that sees it. */
interface SeenZone {
  readonly zone: Zone;
  readonly cloudflare: CloudflareApi;
}

function reachFacts(
  { catalogue, accountId }: Examinee,
  { checks, seeing }: Awaited<ReturnType<typeof examineTokens>>,
) {
  const sites = catalogue.filter((site) => accountId === null || site.accountId === accountId);
  const unseen = sites.filter((site) => !seeing.has(site.zoneId)).map((site) => site.domain);
  const unlisted = checks.some(
    ({ id, status }) => ['token', 'token-zones'].includes(id) && status === 'failed',
  );
  return { listed: !unlisted, sites: sites.length, unseen };
}

async function examineTokens(examinee: Examinee) {
  const seeing = new Map<string, SeenZone>();
  try {
    const checks = await Promise.all(examinee.tokens().map((token) => examineToken(examinee, token, seeing)));
    return { checks: checks.flat(), seeing };
  } catch (error) {
    const [row] = TOKEN_PREREQUISITES;
    if (row === undefined) throw error;
    const rethrow = { ...row, check: () => Promise.reject(error) };
    return { checks: await lookAt([rethrow], {} as TokenFacts, null), seeing };
  }
}

async function examineToken(
  examinee: Examinee,
  token: TokenClient,
  seeing: Map<string, SeenZone>,
): Promise<readonly CheckedPrerequisite[]> {
  const source = token.name ?? examinee.givenFrom;
  const opened = await answer(async () => token.open());
  if (opened.error !== null) {
    const { error } = opened;
    const rows = TOKEN_PREREQUISITES.slice(0, 1).map((row) => ({
      ...row,
      check: () => Promise.reject(error),
    }));
    return lookAt(rows, {} as TokenFacts, source);
  }
  const cloudflare = opened.value;
  const { accountId } = examinee;
  const [status, zones] = await Promise.all([
    answer(() => cloudflare.tokens.verify(accountId ?? undefined)),
    answer(() => cloudflare.zones.list(accountId === null ? {} : { accountId })),
  ]);
  for (const zone of zones.value ?? []) seeing.set(zone.id, { zone, cloudflare });
  const facts: TokenFacts = {
    source,
    cloudflare,
    status,
    zones,
    sites: examinee.catalogue,
    now: examinee.clock(),
    unusedId: examinee.unusedId,
  };
  // The rate limit is looked at once the permissions are asked for, which spends of it.
  const permissions = await lookAt(PERMISSION_PREREQUISITES, facts, source);
  return [...(await lookAt([...TOKEN_PREREQUISITES, WORKERS_PLAN], facts, source)), ...permissions];
}

/** Sites that are looked at together. */
const CONCURRENCY = 8;

async function examineSites(
  { sites }: Examinee,
  seeing: ReadonlyMap<string, SeenZone>,
): Promise<readonly CheckedPrerequisite[]> {
  const limit = pLimit(CONCURRENCY);
  const once = rememberAnswers();
  const rows = await Promise.all(
    sites.map((site) => limit(() => examineSite(site, seeing.get(site.zoneId), once))),
  );
  return rows.flat();
}

type Once = <T>(key: string, ask: () => Promise<T>) => Promise<Answer<T>>;

async function examineSite(
  site: Site,
  seen: SeenZone | undefined,
  once: Once,
): Promise<readonly CheckedPrerequisite[]> {
  const { zoneId, domain } = site;
  const accountId = seen?.zone.account.id ?? site.accountId;
  const ask = <T>(key: string, question: (cloudflare: CloudflareApi) => Promise<readonly T[]>) =>
    once(key, async () => (seen === undefined ? [] : question(seen.cloudflare)));
  const [records, customDomains, redirects] = await Promise.all([
    ask(`dns ${zoneId}`, (cloudflare) => cloudflare.dns.list(zoneId)),
    ask(`custom domains ${accountId}`, (cloudflare) => cloudflare.customDomains.list(accountId)),
    ask(`redirects ${zoneId}`, (cloudflare) => cloudflare.redirects.list(zoneId)),
  ]);
  return lookAt(
    SITE_PREREQUISITES,
    { site, zone: seen?.zone ?? null, records, customDomains, redirects },
    domain,
  );
}

/** Sites of one zone or account ask the same: once is enough. */
function rememberAnswers(): Once {
  const asked = new Map<string, Promise<Answer<unknown>>>();
  return <T>(key: string, ask: () => Promise<T>) => {
    const known = asked.get(key) ?? answer(ask);
    asked.set(key, known);
    return known as Promise<Answer<T>>;
  };
}

async function answer<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await ask(), error: null };
  } catch (error) {
    if (!(error instanceof MaintError) || ['internal', 'interrupted'].includes(error.code)) throw error;
    return { value: null, error };
  }
}
