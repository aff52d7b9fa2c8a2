/** Step `ssl`: how Cloudflare reaches the origin. Raised where that was asked for; never lowered. */
import { SSL_MODES, type SslMode } from '../cloudflare/service.js';
import { MaintError } from '../model/errors.js';
import { clientOf } from './check-access.js';
import { zoneOf } from './item-book.js';
import { lookAtOrigins, shortfall } from './look-at-origins.js';
import { raise, settleInterrupted } from './raise-ssl.js';
import type { StepEnd, Work } from './setup-types.js';
import { isStricter, strictestFor, supporting } from './ssl-choice.js';

export async function ensureSsl(work: Work): Promise<StepEnd> {
  const { facts, options } = work;
  if (facts.sslMode === null) return unseen(work);
  const mode = SSL_MODES.find((known) => known === facts.sslMode);
  if (mode === undefined) return unknown(facts.sslMode, work);
  const now = await settleInterrupted(work, mode);
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
  if (ssl !== undefined && ssl !== 'auto') {
    await requireSupport(work, now, ssl);
    return raise(work, now, ssl);
  }
  return asFarAsSupported(work, now);
}

async function asFarAsSupported(work: Work, now: SslMode): Promise<StepEnd> {
  const { options } = work;
  const said = `The mode is ${now}.`;
  if (!isStricter('strict', now)) return { status: 'ok', message: said };
  const seen = await lookAtOrigins(work);
  const best = strictestFor(seen.origins.map(({ tls }) => tls));
  if (best === null || !isStricter(best, now)) {
    if (now === 'full') return { status: 'ok', message: said };
    const details = [
      'Not every origin of the zone was seen to speak TLS: install a certificate there.',
      ...shortfall(seen, supporting('full')),
    ];
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

/** Refuses a mode that not every origin of the zone was seen to support, unless forced: visitors would get errors. */
async function requireSupport(work: Work, now: SslMode, mode: SslMode): Promise<void> {
  if (work.options.force === true) return;
  const short = shortfall(await lookAtOrigins(work), supporting(mode));
  if (short.length === 0) return;
  throw new MaintError('guard-refused', `Not every origin was seen to support ${mode}: ${short.join(' ')}`, {
    hint: `Install certificates there, or raise it all the same with '--force'. The mode is ${now}.`,
  });
}

/** A mode that came after this version: which other one would lower it cannot be told. */
function unknown(mode: string, { options }: Work): StepEnd {
  const message = `The mode is ${mode}, which this version of maint does not know: it is left as it is.`;
  if (options.ssl === undefined || options.ssl === 'auto') return { status: 'suggested', message };
  throw new MaintError('guard-refused', message, {
    hint: `Set ${options.ssl} in the dashboard, leave --ssl out, or install a newer version of maint.`,
  });
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

/** Zones that are enrolled have their mode raised by Cloudflare (Cloudflare API reference, SSL → Automatic Upgrader). */
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
