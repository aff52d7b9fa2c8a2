/** Zones, Workers, DNS and SSL in a few plain calls, for programs that use `maint` as a library. */
import { nameSome } from '../model/counted.js';
import { MaintError } from '../model/errors.js';
import type { CloudflareApi, DnsRecord, NewDnsRecord, Zone } from './api.js';

/** Ways in which Cloudflare reaches the origin, the least protected first (Cloudflare docs, SSL/TLS → Encryption modes). */
export const SSL_MODES = ['off', 'flexible', 'full', 'strict', 'origin_pull'] as const;

export type SslMode = (typeof SSL_MODES)[number];

/** The file name that `deployWorker` gives a script. */
const MAIN_MODULE = 'worker.js';
/** What a Worker of somebody else is written for is not known: a recent date, apart from that of our own Worker. */
const COMPATIBILITY_DATE = '2026-01-01';

export interface DnsRecordOptions {
  /** Whether Cloudflare stands in front of the name; only then can a Worker answer for it. Default: true. */
  readonly proxied?: boolean;
  /** Seconds; 1 leaves it to Cloudflare, which is the default. */
  readonly ttl?: number;
  readonly comment?: string;
}

export interface SslOptions {
  /** Must be true for `flexible` and `off`, which leave the way to the origin unencrypted. */
  readonly acknowledgeFlexible?: boolean;
}

/** Every method rejects with a `MaintError` and nothing else. */
export interface CloudflareService extends AsyncDisposable {
  /** Every zone that the token sees. */
  getZones(): Promise<readonly Zone[]>;
  /** The zone of exactly this name, or null; asks for this name alone. */
  getZoneByName(name: string): Promise<Zone | null>;
  /**
   * Uploads a Worker in module syntax (`export default { fetch }`) to the account of a zone, where it is live
   * at once. Routes are not touched; over a Worker of this name its bindings and settings go with its code.
   */
  deployWorker(zoneId: string, workerName: string, scriptContent: string): Promise<void>;
  /**
   * Deletes a Worker of the account of a zone; false where there was none.
   * @throws MaintError `conflict` while routes still point at it: their URLs would fail.
   */
  deleteWorker(zoneId: string, workerName: string): Promise<boolean>;
  /** Creates a record and returns its id. `name` may be given without the zone: `www`, or `@` for the zone. */
  createDnsRecord(
    zoneId: string,
    type: string,
    name: string,
    content: string,
    options?: DnsRecordOptions,
  ): Promise<string>;
  listDnsRecords(zoneId: string): Promise<readonly DnsRecord[]>;
  getSslSettings(zoneId: string): Promise<SslMode>;
  /**
   * Sets the SSL mode; false where it was set to that already.
   * @throws MaintError `guard-refused` for `flexible` and `off` without the acknowledgement.
   */
  updateSslSetting(zoneId: string, mode: SslMode, options?: SslOptions): Promise<boolean>;
  /** Closes the connections, where they are the service's own: those of a `Maint` stay open until it closes. */
  close(): Promise<void>;
}

/**
 * The plain calls over a client.
 * @param close what becomes of the client at the end; a client that others use too must stay open
 */
export function createCloudflareService(api: CloudflareApi, close = () => api.close()): CloudflareService {
  return {
    getZones: () => api.zones.list(),
    getZoneByName: async (name) => await zoneByName(api, name),
    deployWorker: async (zoneId, name, content) => await deploy(api, zoneId, name, content),
    deleteWorker: async (zoneId, name) => await deleteUnused(api, zoneId, name),
    async createDnsRecord(zoneId, type, name, content, options = {}) {
      const fullName = qualified(name, (await api.zones.get(zoneId)).name);
      const record: NewDnsRecord = { type, name: fullName, content, proxied: true, ...options };
      return (await api.dns.create(zoneId, record)).id;
    },
    listDnsRecords: (zoneId) => api.dns.list(zoneId),
    getSslSettings: async (zoneId) => await sslMode(api, zoneId),
    updateSslSetting: async (zoneId, mode, options = {}) => await setSslMode(api, zoneId, mode, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function zoneByName(api: CloudflareApi, name: string): Promise<Zone | null> {
  const wanted = name.trim().toLowerCase().replace(/\.$/, '');
  if (wanted === '') throw new MaintError('usage', 'The name of the zone is empty.');
  const zones = await api.zones.list({ name: wanted });
  return zones.find((zone) => zone.name.toLowerCase() === wanted) ?? null;
}

/** The whole name of a record, as the API gives it back. */
function qualified(name: string, zoneName: string): string {
  const given = name.trim().toLowerCase().replace(/\.$/, '');
  if (given === '' || given === '@') return zoneName;
  return given === zoneName || given.endsWith(`.${zoneName}`) ? given : `${given}.${zoneName}`;
}

async function deploy(api: CloudflareApi, zoneId: string, name: string, content: string): Promise<void> {
  if (content.trim() === '') throw new MaintError('usage', `The script of the Worker "${name}" is empty.`);
  checkWorkerName(name);
  const zone = await api.zones.get(zoneId);
  await api.scripts.upload(zone.account.id, name, {
    mainModule: MAIN_MODULE,
    compatibilityDate: COMPATIBILITY_DATE,
    modules: [{ name: MAIN_MODULE, type: 'application/javascript+module', content }],
    services: {},
    tags: [],
    message: '',
  });
}

/** The stricter of Cloudflare's two descriptions of a Worker's name (Workers error code 10016). */
function checkWorkerName(name: string): void {
  if (/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return;
  throw new MaintError('usage', `"${name}" is no name for a Worker.`, {
    hint: 'Use up to 63 small letters, digits and dashes, with a letter first and no dash last.',
  });
}

async function deleteUnused(api: CloudflareApi, zoneId: string, name: string): Promise<boolean> {
  const zone = await api.zones.get(zoneId);
  const script = (await api.scripts.list(zone.account.id)).find((one) => one.name === name);
  if (script === undefined) return false;
  const listed = script.routes ?? [];
  // The list of scripts may not carry routes, or lag behind: the zone at hand has the last word.
  const routes =
    listed.length > 0 ? listed : (await api.routes.list(zoneId)).filter((route) => route.script === name);
  if (routes.length > 0) {
    const shown = nameSome(routes.map((route) => route.pattern));
    throw new MaintError('conflict', `Routes still point at the Worker "${name}": ${shown}.`, {
      hint: 'Delete these routes or give them another Worker first.',
    });
  }
  return (await api.scripts.delete(zone.account.id, name)) === 'deleted';
}

async function sslMode(api: CloudflareApi, zoneId: string): Promise<SslMode> {
  const value = await api.settings.get(zoneId, 'ssl');
  const mode = SSL_MODES.find((known) => known === value);
  if (mode === undefined) throw new MaintError('remote-unreadable', 'Cloudflare tells an unknown SSL mode.');
  return mode;
}

async function setSslMode(
  api: CloudflareApi,
  zoneId: string,
  mode: SslMode,
  options: SslOptions,
): Promise<boolean> {
  if (!SSL_MODES.includes(mode)) {
    throw new MaintError('usage', `"${String(mode)}" is no SSL mode.`, {
      hint: `One of ${SSL_MODES.join(', ')}.`,
    });
  }
  if ((mode === 'flexible' || mode === 'off') && options.acknowledgeFlexible !== true) {
    throw new MaintError(
      'guard-refused',
      `The SSL mode "${mode}" leaves the way to the origin unencrypted.`,
      {
        hint: 'Use full or strict, or acknowledge it with acknowledgeFlexible: true.',
      },
    );
  }
  if ((await sslMode(api, zoneId)) === mode) return false;
  await api.settings.update(zoneId, 'ssl', mode);
  return true;
}
