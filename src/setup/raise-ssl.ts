/** Sets a stricter SSL mode, looks at the zone through the edge, and goes back where an origin is not up to it. */
import type { SslMode } from '../cloudflare/service.js';
import { nameSome } from '../model/counted.js';
import { MaintError } from '../model/errors.js';
import type { SetupItem } from '../model/setup-item.js';
import { clientOf, requireWholeZone } from './check-access.js';
import { close, LANDING_MS, lookUntilShown, make, note, openItems, zoneOf } from './item-book.js';
import { proxiedHosts } from './look-at-origins.js';
import type { StepEnd, Work } from './setup-types.js';

/** Cloudflare's answers where the mode asks more of the origin than it has (Cloudflare docs, Errors 525 and 526). */
const HANDSHAKE_FAILED: readonly number[] = [525, 526];
const PROBE_TIMEOUT_MS = 10_000;
const LOOKS = 3;

/** What the edge answers for the hostnames of a zone, as far as a mode could be the cause. */
interface EdgeView {
  /** Hostnames whose origin the edge could not speak to. */
  readonly broken: readonly string[];
  /** Hostnames that were not reached from here: of them nothing is known. */
  readonly silent: readonly string[];
}

/**
 * @throws MaintError `failed` where the site breaks, and the mode is put back; `guard-refused` where somebody else has
 * a site in the zone
 */
export async function raise(work: Work, now: SslMode, mode: SslMode): Promise<StepEnd> {
  const { options } = work;
  const zone = zoneOf(work);
  requireWholeZone(work);
  if (options.dryRun === true)
    return { status: 'suggested', message: `Would raise the mode from ${now} to ${mode}.` };
  const { settings } = clientOf(work.facts);
  const before = await lookThroughEdge(work);
  let silent: readonly string[] = [];
  // The entry counts as made only after the look: whoever dies in between leaves it for the next run to look.
  await make(
    work,
    { kind: 'ssl', subject: 'ssl', before: now, after: mode },
    {
      send: () => settings.update(zone.id, 'ssl', mode),
      prove: async (id) => {
        const after = await lookRepeatedly(work, before.broken);
        if (after.broken.length > 0)
          throw await putBack(work, { id, before: now, after: mode }, after.broken);
        silent = after.silent;
      },
    },
  );
  note(work, { action: 'setup.ssl', message: `Raised the SSL mode of ${zone.name} from ${now} to ${mode}.` });
  const details =
    silent.length === 0
      ? []
      : [`${nameSome(silent)} could not be reached from here: look whether it answers.`];
  return {
    status: 'changed',
    message: `Raised the mode from ${now} to ${mode}.`,
    details,
    learned: { sslMode: mode },
  };
}

/**
 * A run that died may have set the mode without noting it, or without looking what became of the site: this looks.
 * Returns the mode that is set now.
 * @throws MaintError `failed` where the site is broken with it, and the mode is put back
 */
export async function settleInterrupted(work: Work, now: SslMode): Promise<SslMode> {
  const { parts, options } = work;
  const items = options.dryRun === true ? [] : openItems(work, 'ssl');
  let mode = now;
  for (const item of items) {
    if (mode !== item.after) mode = await afterLanding(work, item, mode);
    if (mode !== item.after) {
      close(parts, item.id);
      continue;
    }
    const { broken } = await lookRepeatedly(work, []);
    if (broken.length > 0) throw await putBack(work, item, broken);
    parts.store.setup.settle(item.id, { state: 'made' }, parts.clock().toISOString());
  }
  return mode;
}

/** The mode once a request that was on its way has arrived, or never will. */
async function afterLanding(work: Work, item: SetupItem, now: SslMode): Promise<SslMode> {
  const { settings } = clientOf(work.facts);
  const look = async () => {
    const value = await settings.get(zoneOf(work).id, 'ssl');
    return value === item.after ? (value as SslMode) : undefined;
  };
  return (await lookUntilShown(work.parts, item, LANDING_MS, look)) ?? now;
}

/** @returns the error that tells of it */
async function putBack(
  work: Work,
  { id, before, after }: Pick<SetupItem, 'id' | 'before' | 'after'>,
  broken: readonly string[],
): Promise<MaintError> {
  work.facts.lease?.ensureHeld();
  await clientOf(work.facts).settings.update(zoneOf(work).id, 'ssl', before);
  close(work.parts, id);
  const message = `With the mode ${after} the origin of ${nameSome(broken)} could not be reached: it is ${before} again.`;
  return new MaintError('failed', message, {
    hint: `Install a certificate on the origin that ${after} accepts.`,
  });
}

/** The edge takes a while to follow: several looks, the first that shows something broken decides. */
async function lookRepeatedly(work: Work, wasBroken: readonly string[]): Promise<EdgeView> {
  const { parts, options } = work;
  for (let look = 1; ; look += 1) {
    const seen = await lookThroughEdge(work);
    const broken = seen.broken.filter((host) => !wasBroken.includes(host));
    if (broken.length > 0 || look === LOOKS) return { ...seen, broken };
    await parts.sleep(parts.verifyDeadlineMs / 10, options.stop);
  }
}

/** The mode is the whole zone's: each of its proxied hostnames is asked once. */
async function lookThroughEdge(work: Work): Promise<EdgeView> {
  const { parts } = work;
  const answers = await Promise.all(
    proxiedHosts(work).map(async (host) => {
      const nonce = Buffer.from(parts.randomBytes(6)).toString('hex');
      const { status } = await parts.probe(`https://${host}/?maint-check=${nonce}`, PROBE_TIMEOUT_MS);
      return { host, status };
    }),
  );
  const hosts = (which: (status: number | null) => boolean) =>
    answers.filter(({ status }) => which(status)).map(({ host }) => host);
  return {
    broken: hosts((status) => status !== null && HANDSHAKE_FAILED.includes(status)),
    silent: hosts((status) => status === null),
  };
}
