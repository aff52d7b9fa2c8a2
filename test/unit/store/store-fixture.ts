import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EventSite, MaintenanceEvent } from '../../../src/model/event.js';
import { type OpenOptions, openStore } from '../../../src/store/open.js';
import { Database } from '../../../src/store/sqlite.js';
import type { NewSite, Store } from '../../../src/store/store.js';

export const NOW = '2026-11-23T12:00:00.000Z';

/** A folder of its own for a test, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'maint-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a store that is closed after the test; in memory where no path is given. */
export async function open(options: Partial<OpenOptions> = {}): Promise<Store> {
  const store = await openStore({ path: ':memory:', now: () => new Date(NOW), ...options });
  onTestFinished(() => store.close());
  return store;
}

/** What `promise` rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error,
  );
}

/** Every file of a folder with its content's hash and its mode. */
export function snapshot(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(
    names.map((name) => {
      const path = join(folder, name);
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      return [name, `${hash} ${statSync(path).mode.toString(8)}`];
    }),
  );
}

/** A second, plain connection to the file. */
export function raw(path: string): Database {
  const database = new Database(path);
  onTestFinished(() => void database.close());
  return database;
}

export function newSite(domain: string, fields: Partial<NewSite> = {}): NewSite {
  return {
    domain,
    zoneId: `zone-${domain}`,
    zoneName: domain,
    accountId: 'account-1',
    environment: 'production',
    project: null,
    owner: null,
    tags: [],
    active: true,
    inactiveReason: null,
    token: null,
    plan: null,
    ...fields,
  };
}

export function newEvent(id: string, fields: Partial<MaintenanceEvent> = {}): MaintenanceEvent {
  return {
    id,
    kind: 'manual',
    reason: null,
    actor: 'ann',
    host: 'desk',
    since: NOW,
    until: null,
    autoEnd: false,
    existingRoutes: 'take-over',
    onLimit: null,
    bypassSecret: 'secret',
    endedAt: null,
    title: null,
    message: null,
    contact: null,
    statusUrl: null,
    allowIps: [],
    allowPaths: [],
    customPage: null,
    ...fields,
  };
}

export function eventSite(eventId: string, domain: string, fields: Partial<EventSite> = {}): EventSite {
  return {
    eventId,
    domain,
    zoneId: `zone-${domain}`,
    zoneName: domain,
    accountId: 'account-1',
    patterns: [`${domain}/*`],
    state: 'opening',
    ...fields,
  };
}

/** Adds sites and returns the id of each, by domain. */
export function addSites(store: Store, ...sites: readonly NewSite[]): Readonly<Record<string, number>> {
  store.sites.insert(sites, NOW);
  return Object.fromEntries(store.sites.select().map((site) => [site.domain, site.id]));
}
