/** Steps `workers` and `rehearsal`: what runs on the site, and whether a Worker of ours would be seen there. */
import type { CloudflareApi } from '../cloudflare/api.js';
import { counted } from '../model/counted.js';
import { MaintError } from '../model/errors.js';
import type { SetupItem } from '../model/setup-item.js';
import { clientOf } from './check-access.js';
import { close, LANDING_MS, LIST_LAG_MS, lookUntilShown, make, zoneOf } from './item-book.js';
import { REHEARSAL, rehearsalPath, rehearsalUpload } from './rehearsal-worker.js';
import type { Facts, SetupParts, StepEnd, Work } from './setup-types.js';

const PROBE_TIMEOUT_MS = 10_000;
/** A rehearsal that went well so recently is not repeated: an interrupted setup goes on after it. */
const FRESH_MS = 3_600_000;
/** What the journal keeps of a rehearsal that was seen through the edge; after a teardown it proves nothing. */
const seenOn = (host: string, { tokenId }: Facts) => `seen on ${host} by the token ${tokenId ?? 'unknown'}`;
const OVER = 'over';
/** Looks without any answer in a row after which the edge counts as out of reach from here. */
const SILENT_LOOKS = 2;

/** Step `workers`: Workers and routes that are there; takes away what an interrupted rehearsal left. */
export async function surveyWorkers(work: Work): Promise<StepEnd> {
  const { parts, options, domain, facts } = work;
  const left = rehearsalsOf(parts, domain);
  if (left.length > 0 && options.dryRun !== true) {
    facts.lease?.ensureHeld();
    await sweepRehearsals(parts, left, clientOf(facts));
  }
  const gone = left.map(({ subject }) => subject);
  const routes = (facts.routes ?? []).filter(({ pattern }) => !gone.includes(pattern));
  const strangers = (facts.scripts ?? []).filter(
    // What this machine's journal knows is gone, or another setup of its own is at it right now.
    (name) => name.startsWith(REHEARSAL) && !parts.store.setup.knows('rehearsal-script', name),
  );
  const details = [
    ...routes.map(({ pattern, script }) => `${pattern} → ${script ?? 'no Worker'}`),
    ...strangers.map(
      (name) =>
        `${name} is of a rehearsal elsewhere, which may be running: if it stays, delete it in the dashboard.`,
    ),
  ];
  const count = `${counted((facts.scripts ?? []).length - gone.length, 'Worker')} in the account, ${counted(routes.length, 'route')} in the zone`;
  if (left.length > 0 && options.dryRun !== true) {
    return { status: 'changed', message: `Removed what an interrupted rehearsal left. ${count}.`, details };
  }
  return { status: strangers.length > 0 ? 'suggested' : 'ok', message: `${count}.`, details };
}

/** Step `rehearsal`: uploads a Worker, routes one reserved path to it, fetches it through the edge, removes both. */
export async function rehearse(work: Work): Promise<StepEnd> {
  const { parts, facts, options } = work;
  const host = facts.hosts.find(({ state }) => state === 'proxied' || state === 'unknown')?.host;
  if (host === undefined) {
    return {
      status: 'skipped',
      message: 'No hostname of the site goes through Cloudflare: a page would be seen by nobody.',
    };
  }
  const before = provenAt(work, host);
  if (before !== null) return { status: 'ok', message: `Went well at ${before}; not repeated.` };
  if (options.dryRun === true) {
    return {
      status: 'skipped',
      message: `A dry run does not rehearse; setup would, on ${host}${rehearsalPath('')}….`,
    };
  }
  const name = `${REHEARSAL}${Buffer.from(parts.randomBytes(8)).toString('hex')}`;
  const { seen, trouble } = await putUp(work, host, name);
  const mine = rehearsalsOf(parts, work.domain);
  await sweepRehearsals(
    parts,
    mine,
    clientOf(facts),
    seen === 'seen' ? seenOn(host, facts) : undefined,
  ).catch((error: unknown) => {
    // What went wrong first tells more; what is left is in the journal.
    if (trouble === null) throw error;
  });
  if (trouble !== null) throw trouble;
  return endOf(seen, host);
}

type Sight = 'seen' | 'silent' | { readonly status: number };

async function putUp(
  work: Work,
  host: string,
  name: string,
): Promise<{ readonly seen: Sight; readonly trouble: MaintError | null }> {
  const zone = zoneOf(work);
  const { scripts, routes } = clientOf(work.facts);
  const pattern = `${host}${rehearsalPath(name)}*`;
  try {
    await make(
      work,
      { kind: 'rehearsal-script', subject: name },
      {
        send: () => scripts.upload(zone.account.id, name, rehearsalUpload()),
      },
    );
    await make(
      work,
      { kind: 'rehearsal-route', subject: pattern, after: name },
      {
        send: () => routes.create(zone.id, { pattern, script: name }),
        remoteId: ({ id }) => id,
      },
    );
    return { seen: await look(work, `https://${host}${rehearsalPath(name)}`, name), trouble: null };
  } catch (error) {
    if (!(error instanceof MaintError)) throw error;
    return { seen: 'silent', trouble: error };
  }
}

/** Asks until the Worker answers, or for as long as the edge may take to show a change. */
async function look({ parts, options }: Work, url: string, name: string): Promise<Sight> {
  const deadline = parts.monotonic() + parts.verifyDeadlineMs;
  let silent = 0;
  for (let pause = 250; ; pause = Math.min(pause * 2, 4_000)) {
    const { status, eventId } = await parts.probe(url, PROBE_TIMEOUT_MS);
    if (eventId === name) return 'seen';
    silent = status === null ? silent + 1 : 0;
    if (silent >= SILENT_LOOKS) return 'silent';
    const last = parts.monotonic() + pause > deadline || options.stop?.aborted === true;
    if (last) return status === null ? 'silent' : { status };
    await parts.sleep(pause, options.stop);
  }
}

function endOf(seen: Sight, host: string): StepEnd {
  if (seen === 'seen') {
    return { status: 'ok', message: `A Worker on ${host} was uploaded, seen through the edge, and removed.` };
  }
  if (seen === 'silent') {
    return {
      status: 'suggested',
      message: `A Worker on ${host} was uploaded and removed, but ${host} cannot be reached from this machine.`,
      details: [
        'Run setup where the site can be reached, or look with `maint status --verify` after `maint enable`.',
      ],
    };
  }
  throw new MaintError('failed', `${host} answered ${seen.status} where the Worker should have answered.`, {
    hint: 'A redirect rule, Access or another product of Cloudflare may come before Workers on this site.',
  });
}

/** When a rehearsal on this host by this token was last seen, where that is recent. */
function provenAt(work: Work, host: string): string | null {
  const { parts, domain } = work;
  const zone = zoneOf(work);
  const since = parts.clock().getTime() - FRESH_MS;
  const proof = parts.store.setup
    .ofDomain(domain)
    .findLast(
      (item) =>
        item.kind === 'rehearsal-script' &&
        item.state === 'removed' &&
        item.after === seenOn(host, work.facts) &&
        item.zoneId === zone.id &&
        Date.parse(item.changedAt) > since,
    );
  return proof?.changedAt ?? null;
}

/** Has the next setup rehearse again. */
export function forgetRehearsals(parts: SetupParts, domain: string): void {
  const proofs = parts.store.setup
    .ofDomain(domain)
    .filter(({ kind, state, after }) => kind === 'rehearsal-script' && state === 'removed' && after !== OVER);
  for (const { id } of proofs) close(parts, id, OVER);
}

/** Rehearsals that were not taken away, of a domain or of all: routes before scripts. */
export function rehearsalsOf(parts: Pick<SetupParts, 'store'>, domain?: string): SetupItem[] {
  const open = parts.store.setup.open(domain);
  return [
    ...open.filter(({ kind }) => kind === 'rehearsal-route'),
    ...open.filter(({ kind }) => kind === 'rehearsal-script'),
  ];
}

/** Domains whose setup or teardown was killed, or is under way: something of it is begun, or put up for a rehearsal. */
export function interruptedSetups({ store }: Pick<SetupParts, 'store'>): string[] {
  const begun = store.setup
    .open()
    .filter(({ kind, state }) => state === 'intended' || kind.startsWith('rehearsal-'));
  return [...new Set(begun.map(({ domain }) => domain))].sort();
}

/** Removes what rehearsals put up; `proof` is noted with their scripts. */
export async function sweepRehearsals(
  parts: Pick<SetupParts, 'store' | 'clock' | 'sleep'>,
  items: readonly SetupItem[],
  { routes, scripts }: CloudflareApi,
  proof?: string,
): Promise<void> {
  for (const item of items) {
    if (item.kind === 'rehearsal-script') {
      const gone = async () =>
        (await scripts.delete(item.accountId, item.subject)) === 'deleted' ? true : undefined;
      await lookUntilShown(parts, item, item.state === 'intended' ? LANDING_MS : 0, gone);
      close(parts, item.id, proof);
      continue;
    }
    const listed = async () =>
      (await routes.list(item.zoneId)).find(({ script }) => script === item.after)?.id;
    const id = item.remoteId ?? (await lookUntilShown(parts, item, LIST_LAG_MS, listed));
    if (id !== undefined) await routes.delete(item.zoneId, id);
    close(parts, item.id);
  }
}
