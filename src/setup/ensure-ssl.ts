/** Step `ssl`: how Cloudflare reaches the origin. Raised where that was asked for; never lowered. */
import type { CloudflareApi, DnsRecord } from '../cloudflare/api.js';
import type { SslMode } from '../cloudflare/service.js';
import { MaintError } from '../model/errors.js';
import { clientOf } from './check-access.js';
import { readTarget } from './ensure-dns.js';
import { close, make, note, openItems, zoneOf } from './item-book.js';
import type { OriginTls, StepEnd, Work } from './setup-types.js';
import { isStricter, strictestFor } from './ssl-choice.js';

/** Cloudflare's answers where the mode asks more of the origin than it has (Cloudflare docs, Errors 525 and 526). */
const HANDSHAKE_FAILED: readonly number[] = [525, 526];
const PROBE_TIMEOUT_MS = 10_000;
const LOOKS = 3;

export async function ensureSsl(work: Work): Promise<StepEnd> {
  const { facts, options } = work;
  const now = facts.sslMode;
  if (now === null) return unseen(work);
  settleInterrupted(work, now);
  const said = `The mode is ${now}.`;
  const { ssl } = options;
  if (ssl !== undefined && ssl !== 'auto' && isStricter(now, ssl)) {
    throw new MaintError('guard-refused', `${said} Setup never lowers it to ${ssl}.`, {
      hint: 'Lower it in the dashboard if you must: the way to the origin would be less protected.',
    });
  }
  if (ssl === now) return { status: 'ok', message: said };
  if (await isAutomatic(work)) {
    const message = `${said} Cloudflare chooses it (Automatic SSL/TLS) and raises it by itself.`;
    if (ssl === undefined || ssl === 'auto') return { status: 'ok', message };
    return {
      status: 'suggested',
      message,
      details: [`For ${ssl} choose Custom SSL/TLS in the dashboard first.`],
    };
  }
  if (ssl !== undefined && ssl !== 'auto') return raise(work, now, ssl);
  return asFarAsSupported(work, now);
}

async function asFarAsSupported(work: Work, now: SslMode): Promise<StepEnd> {
  const { options } = work;
  const said = `The mode is ${now}.`;
  if (!isStricter('strict', now)) return { status: 'ok', message: said };
  const best = strictestFor(await lookAtOrigins(work));
  if (best === null || !isStricter(best, now)) {
    if (now === 'full') return { status: 'ok', message: said };
    const details = ['Not every origin of the zone was seen to speak TLS: install a certificate there.'];
    return { status: 'suggested', message: `${said} The way to the origin is not protected.`, details };
  }
  const zone = zoneOf(work);
  const agreed =
    options.ssl === 'auto' ||
    (options.dryRun !== true &&
      (await options.ask?.(
        `Raise the SSL mode of ${zone.name}, all its hostnames, from ${now} to ${best}?`,
      )) === true);
  if (agreed) return raise(work, now, best);
  return {
    status: 'suggested',
    message: said,
    details: [`The origin supports ${best}: --ssl auto raises it.`],
  };
}

/** Sets the mode, looks at the site, and goes back where the origin turns out not to be up to it. */
async function raise(work: Work, now: SslMode, mode: SslMode): Promise<StepEnd> {
  const { options } = work;
  const zone = zoneOf(work);
  if (options.dryRun === true)
    return { status: 'suggested', message: `Would raise the mode from ${now} to ${mode}.` };
  const { settings } = clientOf(work.facts);
  const wasBroken = await failsHandshake(work);
  await make(work, { kind: 'ssl', subject: 'ssl', before: now, after: mode }, () =>
    settings.update(zone.id, 'ssl', mode),
  );
  note(work, { action: 'setup.ssl', message: `Raised the SSL mode of ${zone.name} from ${now} to ${mode}.` });
  if (!wasBroken && (await breaksAfterwards(work))) {
    await putBack(work, settings, now);
    throw new MaintError(
      'failed',
      `With the mode ${mode} the origin could not be reached: it is ${now} again.`,
      {
        hint: `Install a certificate on the origin that ${mode} accepts.`,
      },
    );
  }
  const message = `Raised the mode from ${now} to ${mode}.`;
  return { status: 'changed', message, learned: { sslMode: mode } };
}

async function breaksAfterwards(work: Work): Promise<boolean> {
  const { parts, options } = work;
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await parts.sleep(parts.verifyDeadlineMs / 10, options.stop);
    if (await failsHandshake(work)) return true;
  }
  return false;
}

async function failsHandshake({ parts, domain }: Work): Promise<boolean> {
  const nonce = Buffer.from(parts.randomBytes(6)).toString('hex');
  const { status } = await parts.probe(`https://${domain}/?maint-check=${nonce}`, PROBE_TIMEOUT_MS);
  return status !== null && HANDSHAKE_FAILED.includes(status);
}

async function putBack(work: Work, settings: CloudflareApi['settings'], before: SslMode): Promise<void> {
  const { parts, domain } = work;
  await settings.update(zoneOf(work).id, 'ssl', before);
  const mine = parts.store.setup.open(domain).findLast(({ kind }) => kind === 'ssl');
  if (mine !== undefined) close(parts, mine.id);
}

function unseen({ options }: Work): StepEnd {
  const lacks = 'The token may not read the SSL mode';
  if (options.ssl !== undefined) {
    throw new MaintError('permission-missing', `${lacks}: it lacks "Zone → Zone Settings → Read".`, {
      hint: 'Give it "Zone → Zone Settings → Edit", which --ssl needs.',
    });
  }
  const details = ['Give it "Zone → Zone Settings → Read", so that setup can look.'];
  return { status: 'skipped', message: `${lacks}; the page does not need it.`, details };
}

/** Zones that are enrolled have their mode raised by Cloudflare (API reference, `ssl_automatic_mode`). */
async function isAutomatic(work: Work): Promise<boolean> {
  const zone = zoneOf(work);
  try {
    const { settings } = clientOf(work.facts);
    return (await settings.get(zone.id, 'ssl_automatic_mode')) === 'auto';
  } catch (error) {
    // Not every plan and zone has the setting: then nobody but a person changes the mode.
    if (
      error instanceof MaintError &&
      ['remote-refused', 'not-found', 'permission-missing'].includes(error.code)
    )
      return false;
    throw error;
  }
}

/** More origins than this are not looked at: then the mode is left to a person. */
const MOST_ORIGINS = 20;
/** The discard prefix (RFC 6666), as Cloudflare's docs use it for names that only a Worker answers for. */
const ORIGINLESS = '100::';

/** How each origin of the zone answers a TLS handshake for its hostname. */
async function lookAtOrigins(work: Work): Promise<OriginTls[]> {
  const { parts, facts, options, domain } = work;
  if (facts.records === null) return [];
  const proxied = facts.records.filter(({ proxied }) => proxied);
  const found = proxied.map((record) => ({ name: record.name, address: originOf(record, proxied) }));
  const named =
    options.dnsTarget === undefined ? [] : [{ name: domain, address: readTarget(options.dnsTarget).content }];
  const origins = [...found, ...named].filter(({ address }) => address !== ORIGINLESS);
  if (origins.length > MOST_ORIGINS) return [];
  return Promise.all(
    // A wildcard stands for any name: one that nobody else has is as good as another.
    origins.map(({ name, address }) => parts.lookAtOrigin(address, name.replace(/^\*/, 'maint-check'))),
  );
}

/** Where Cloudflare connects for a record: through CNAMEs within the zone to the last address or name. */
function originOf(record: DnsRecord, records: readonly DnsRecord[], depth = 0): string {
  if (record.type !== 'CNAME' || depth > 5) return record.content;
  const next = records.find(({ name }) => name.toLowerCase() === record.content.toLowerCase());
  return next === undefined ? record.content : originOf(next, records, depth + 1);
}

/** A run that died may have set the mode without noting it. */
function settleInterrupted(work: Work, now: SslMode): void {
  const { parts } = work;
  for (const item of openItems(work, 'ssl')) {
    if (item.after !== now) close(parts, item.id);
    else parts.store.setup.settle(item.id, { state: 'made' }, parts.clock().toISOString());
  }
}
