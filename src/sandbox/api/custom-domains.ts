/** /accounts/{id}/workers/domains. Source: Cloudflare API schema, "Worker Domain", and docs, "Custom Domains". */
import type { SandboxDnsRecord, SandboxDomain } from '../state.js';
import type { Call, Endpoint } from './endpoint.js';
import { type Answer, refuse, succeed } from './envelope.js';
import { reaches } from './permissions.js';
import { scriptsOf } from './script-store.js';

const LIST = '/accounts/:account/workers/domains';
const ONE = `${LIST}/:domain`;
const READ = ['Workers Scripts Read'];
const WRITE = ['Workers Scripts Write'];

export const customDomainEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: LIST, needs: READ, handle: listDomains },
  { method: 'PUT', path: LIST, needs: WRITE, handle: attachDomain },
  { method: 'GET', path: ONE, needs: READ, handle: (call) => succeed(domainObject(call, domainOf(call))) },
  { method: 'DELETE', path: ONE, needs: WRITE, handle: detachDomain },
];

function listDomains(call: Call): Answer {
  const filters = ['zone_name', 'zone_id', 'service', 'hostname', 'environment'] as const;
  const objects = domainsOf(call).map((domain) => domainObject(call, domain));
  const wanted = objects.filter((object) =>
    filters.every((key) => !call.query.has(key) || object[key] === call.query.get(key)),
  );
  return succeed(wanted);
}

/**
 * Gives a hostname to a Worker, with a DNS record of its own.
 * @throws ApiRefusal 10007 no such Worker; 100111 hostname outside the zone; 100116 already a custom domain, and
 * 100117 a DNS record in the way, unless the body overrides it
 */
function attachDomain(call: Call): Answer {
  const { hostname, service, zone_id: zoneId, zone_name: zoneName, ...options } = call.jsonObject(10026);
  const { state } = call.world;
  const zone = [...state.zones.values()].find((each) => each.id === zoneId || each.name === zoneName);
  if (!zone || !reaches(call.token, zone) || zone.accountId !== call.account.id) {
    throw refuse(403, 10000, 'Authentication error');
  }
  if (typeof hostname !== 'string' || (hostname !== zone.name && !hostname.endsWith(`.${zone.name}`))) {
    throw refuse(400, 100111, 'The hostname of a custom domain must belong to its zone');
  }
  if (typeof service !== 'string' || !scriptsOf(state, call.account.id).has(service)) {
    throw refuse(404, 10007, 'This Worker does not exist on your account');
  }
  const old = domainsOf(call).find((domain) => domain.hostname === hostname);
  if (old && options.override_existing_origin !== true) {
    throw refuse(409, 100116, 'This hostname is already a custom domain');
  }
  if (!old) claimHostname(call, zone.id, hostname, options.override_existing_dns_record === true);
  const ids = { id: old?.id ?? call.world.newId(), certId: old?.certId ?? call.world.newId() };
  const domain: SandboxDomain = { ...ids, hostname, service, environment: 'production', zoneId: zone.id };
  const others = domainsOf(call).filter((each) => each !== old);
  state.domains.set(call.account.id, [...others, domain]);
  call.world.changed();
  return succeed(domainObject(call, domain));
}

function claimHostname(call: Call, zoneId: string, hostname: string, override: boolean): void {
  const { dns } = call.world.state;
  const records = dns.get(zoneId) ?? [];
  const inTheWay = (record: SandboxDnsRecord) =>
    record.name === hostname && ['A', 'AAAA', 'CNAME'].includes(record.type);
  if (records.some(inTheWay) && !override) {
    throw refuse(409, 100117, 'The hostname already has externally managed DNS records');
  }
  const now = call.world.timestamp();
  const record: SandboxDnsRecord = {
    id: call.world.newId(),
    type: 'AAAA',
    name: hostname,
    content: '100::',
    proxied: true,
    ttl: 1,
    comment: null,
    tags: [],
    createdOn: now,
    modifiedOn: now,
  };
  dns.set(zoneId, [...records.filter((each) => !inTheWay(each)), record]);
}

function detachDomain(call: Call): Answer {
  const { id, hostname, zoneId } = domainOf(call);
  const { dns, domains } = call.world.state;
  domains.set(
    call.account.id,
    domainsOf(call).filter((domain) => domain.id !== id),
  );
  const own = (record: SandboxDnsRecord) => record.name === hostname && record.content === '100::';
  dns.set(
    zoneId,
    (dns.get(zoneId) ?? []).filter((record) => !own(record)),
  );
  call.world.changed();
  return succeed({ id });
}

function domainsOf(call: Call): SandboxDomain[] {
  return call.world.state.domains.get(call.account.id) ?? [];
}

function domainOf(call: Call): SandboxDomain {
  const domain = domainsOf(call).find(({ id }) => id === call.param('domain'));
  if (!domain) throw refuse(404, 100114, 'This custom domain does not exist');
  return domain;
}

function domainObject(call: Call, domain: SandboxDomain) {
  const { zoneId, certId, ...shown } = domain;
  const zoneName = call.world.state.zones.get(zoneId)?.name ?? '';
  return { ...shown, zone_id: zoneId, zone_name: zoneName, cert_id: certId };
}
