/**
 * Values for completion, one a line, from the store on this computer. Somebody waits for them with a finger on
 * the tab key, so this path loads neither the query builder nor the program; wherever anything is amiss it is
 * silent, because whatever it printed would land in the command line.
 */

import type { Environment, System } from '../../config.js';
import { loadConfig } from '../../config.js';
import { imageOf } from '../../store/image.js';
import { Database } from '../../store/sqlite.js';
import { oneLine } from '../output/printable.js';

const QUERIES: Readonly<Record<string, string>> = {
  domain: 'select domain from sites order by 1',
  project: 'select distinct project from sites where project is not null order by 1',
  owner: 'select distinct owner from sites where owner is not null order by 1',
  account: 'select distinct account_id from sites order by 1',
  tag: 'select distinct tag from site_tags order by 1',
  group: 'select name from groups order by 1',
};

/** Text for stdout: known values of a kind. Never throws, never writes, never uses the network. */
export function knownValues(kind: string | undefined, env: Environment, system: System): string {
  const query = kind !== undefined && Object.hasOwn(QUERIES, kind) ? QUERIES[kind] : undefined;
  if (query === undefined) return '';
  try {
    const database = new Database(imageOf(loadConfig({}, env, system).dbPath), { readonly: true });
    const values = database.prepare<[], string>(query).pluck().all();
    database.close();
    return values.map((value) => `${oneLine(value)}\n`).join('');
  } catch {
    return '';
  }
}
