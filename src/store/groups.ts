import { and, asc, eq, sql } from 'drizzle-orm';
import { MaintError } from '../model/errors.js';
import type { Connection } from './connection.js';
import { readTexts } from './json-columns.js';
import { groupSites, groups, sites } from './schema.js';
import type { Group, GroupTable } from './store.js';
import { isOneOf } from './value-list.js';

export function groupTable(connection: Connection): GroupTable {
  const { db, write } = connection;
  return {
    list: () => readGroups(connection),
    get: (name) => readGroups(connection, name)[0] ?? null,
    create(name, description, now) {
      const row = { name, description, createdAt: now };
      const { changes } = db.insert(groups).values(row).onConflictDoNothing().run();
      if (changes === 0) throw new MaintError('usage', `There is a group '${name}' already.`);
    },
    add: (name, siteIds) =>
      write(() => {
        requireGroup(connection, name);
        const { changes } = db.run(sql`insert into ${groupSites} (group_name, site_id)
          select ${name}, ${sites.id} from ${sites} where ${isOneOf(sites.id, siteIds)} on conflict do nothing`);
        return changes;
      }),
    remove: (name, siteIds) =>
      write(() => {
        requireGroup(connection, name);
        const members = and(eq(groupSites.groupName, name), isOneOf(groupSites.siteId, siteIds));
        return db.delete(groupSites).where(members).run().changes;
      }),
    delete(name) {
      const { changes } = db.delete(groups).where(eq(groups.name, name)).run();
      if (changes === 0) throw unknownGroup(name);
    },
  };
}

function readGroups({ db }: Connection, name?: string): Group[] {
  const domains = sql<string>`(select json_group_array(sites.domain order by sites.domain)
    from group_sites join sites on sites.id = group_sites.site_id where group_sites.group_name = groups.name)`;
  return db
    .select({
      name: groups.name,
      description: groups.description,
      createdAt: groups.createdAt,
      domains,
    })
    .from(groups)
    .where(name === undefined ? undefined : eq(groups.name, name))
    .orderBy(asc(groups.name))
    .all()
    .map((group) => ({ ...group, domains: readTexts(group.domains) }));
}

function requireGroup({ db }: Connection, name: string): void {
  if (!db.select().from(groups).where(eq(groups.name, name)).get()) throw unknownGroup(name);
}

function unknownGroup(name: string): MaintError {
  return new MaintError('unknown-name', `There is no group '${name}'.`, {
    hint: '`maint group list` shows the groups.',
  });
}
