/** From the domain that somebody typed to its zone, over every token in use. */
import { domainToASCII } from 'node:url';
import type { CloudflareApi, Zone } from '../cloudflare/api.js';
import type { TokenClient } from '../cloudflare/clients.js';
import { MaintError } from '../model/errors.js';
import { listZones } from './list-zones.js';

/** Labels of up to 63 letters, digits, `-` and `_`, two or more, the last not a number: `1.2.3.4` is an address. */
const DOMAIN_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** The domain in small letters and ASCII. @throws MaintError `usage` for what is no domain name */
export function domainName(domain: string): string {
  const text = domain.trim().replace(/\.$/, '');
  // Of `example.com/shop` and the like, domainToASCII passes over what follows the host.
  const name = /[\s/\\?#@:]/.test(text) ? '' : domainToASCII(text);
  if (DOMAIN_NAME.test(name)) return name;
  throw new MaintError('usage', `'${domain}' is not a domain name.`, {
    hint: 'Write it like shop.example.com.',
  });
}

/** A zone with the token that sees it. */
export interface ServedZone {
  readonly zone: Zone;
  /** The name of the token; null for the one token given. */
  readonly token: string | null;
  readonly cloudflare: CloudflareApi;
}

/**
 * The zones with the longest name that the domain ends in: several where accounts share the name. Asks for each
 * parent in turn: a list of every zone would cost a call for each fifty. A token that cannot be used is passed over
 * while another one finds the zone. A site is looked for with the token that it is bound to, `own`, and no other
 * while that is there: runs on the site go by it. Without one the token that sees the fewest zones is taken.
 *
 * @throws MaintError `unknown-name` where no token sees one, or the error of a token where that may be why
 */
export async function findServedZones(
  every: readonly TokenClient[],
  domain: string,
  { accountId, own = null }: { readonly accountId?: string | undefined; readonly own?: string | null } = {},
): Promise<readonly ServedZone[]> {
  const bound = every.filter(({ name }) => name !== null && name === own);
  const tokens = bound.length > 0 ? bound : every;
  const failures: MaintError[] = [];
  const labels = domain.split('.');
  for (let drop = 0; drop <= labels.length - 2; drop += 1) {
    const name = labels.slice(drop).join('.');
    const query = { name, ...(accountId === undefined ? {} : { accountId }) };
    const found = await zonesNamed(tokens, query, failures);
    if (found.length > 0) return found;
  }
  const [failure] = failures;
  if (failure !== undefined) throw failure;
  if (bound.length > 0) {
    const seen = `The token ${own}, which the site is bound to, sees no zone for ${domain}.`;
    throw new MaintError('unknown-name', seen, {
      hint: `'maint site edit ${domain} --set-token <name>' binds it to another one.`,
    });
  }
  throw new MaintError('unknown-name', `No zone for ${domain} is there, or the token may not see it.`, {
    hint: 'Check the spelling, and that the token has Zone → Zone → Read for this zone.',
  });
}

/** The one zone there is. @throws MaintError `usage` where several accounts have it */
export function onlyZone(zones: readonly Zone[]): Zone {
  const [zone, ...others] = zones;
  if (zone === undefined) throw new MaintError('internal', 'No zone was given to choose from.');
  if (others.length === 0) return zone;
  const accounts = zones.map(({ account }) => `${account.name} (${account.id})`).join(', ');
  throw new MaintError('usage', `${zone.name} is a zone of several accounts: ${accounts}.`, {
    hint: 'Name one with --account or CLOUDFLARE_ACCOUNT_ID.',
  });
}

/** Each zone of exactly this name once, with the token that is to serve it. */
async function zonesNamed(
  tokens: readonly TokenClient[],
  query: { readonly name: string; readonly accountId?: string },
  failures: MaintError[],
): Promise<ServedZone[]> {
  const found = new Map<string, { readonly zone: Zone; readonly seenBy: TokenClient[] }>();
  for (const token of tokens) {
    try {
      const zones = await token.open().zones.list(query);
      for (const zone of zones.filter(({ name }) => name === query.name)) {
        const seenBy = found.get(zone.id)?.seenBy ?? [];
        found.set(zone.id, { zone, seenBy: [...seenBy, token] });
      }
    } catch (error) {
      if (!(error instanceof MaintError) || tokens.length === 1) throw error;
      failures.push(error);
    }
  }
  const { name: _name, ...scope } = query;
  return Promise.all(
    [...found.values()].map(async ({ zone, seenBy }) => {
      const token = await narrowest(zone, seenBy, scope);
      return { zone, token: token.name, cloudflare: token.open() };
    }),
  );
}

/** Of several tokens that see a zone the one that `discover` would bind it to. */
async function narrowest(
  zone: Zone,
  seenBy: readonly TokenClient[],
  scope: { readonly accountId?: string },
): Promise<TokenClient> {
  const [first] = seenBy;
  if (first === undefined) throw new MaintError('internal', 'No token sees a zone that was found.');
  if (seenBy.length === 1) return first;
  const { tokensOf } = await listZones(seenBy, scope);
  const [name] = tokensOf.get(zone.id) ?? [];
  return seenBy.find((token) => token.name === name) ?? first;
}
