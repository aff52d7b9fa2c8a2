/** Conditions → SQL over the `catalogue` view. What people wrote only ever becomes a parameter. */
import { and, eq, isNull, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { catalogue, groupSites, siteShares, siteTags } from '../store/schema.js';
import { isOneOf } from '../store/value-list.js';
import type { Condition, GlobPart, SetField, TextField } from './condition.js';

const TEXT_COLUMNS: Readonly<Record<TextField | 'createdAt' | 'updatedAt', SQLWrapper>> = {
  domain: catalogue.domain,
  name: catalogue.name,
  environment: catalogue.environment,
  project: catalogue.project,
  owner: catalogue.owner,
  account: catalogue.accountId,
  zone: catalogue.zoneId,
  state: catalogue.state,
  createdAt: catalogue.createdAt,
  updatedAt: catalogue.updatedAt,
};

interface SetColumns {
  readonly site: SQLiteColumn;
  readonly value: SQLiteColumn;
}

const SET_COLUMNS: Readonly<Record<SetField, SetColumns>> = {
  tags: { site: siteTags.siteId, value: siteTags.tag },
  groups: { site: groupSites.siteId, value: groupSites.groupName },
  sharedWith: { site: siteShares.siteId, value: siteShares.user },
};

export const ORDER_FIELDS = Object.keys(TEXT_COLUMNS) as readonly OrderField[];
export type OrderField = keyof typeof TEXT_COLUMNS;

export function compile(condition: Condition): SQL {
  switch (condition.is) {
    case 'every':
      return and(...condition.of.map(compile)) ?? sql`true`;
    case 'some':
      return or(...condition.of.map(compile)) ?? sql`false`;
    case 'not':
      // `not null` is null, which would lose every site without a project from "not that project".
      return sql`(${compile(condition.of)}) is not true`;
    case 'equal':
      return isAmong(TEXT_COLUMNS[condition.field], condition.values);
    case 'like':
      return isLike(TEXT_COLUMNS[condition.field], globOf(condition.pattern));
    case 'null':
      return isNull(TEXT_COLUMNS[condition.field]);
    case 'holds': {
      const { site, value } = SET_COLUMNS[condition.field];
      const owners = sql`select ${site} from ${site.table} where ${isAmong(value, condition.values)}`;
      return sql`${catalogue.id} in (${owners})`;
    }
    case 'empty': {
      const { site } = SET_COLUMNS[condition.field];
      return sql`${catalogue.id} not in (select ${site} from ${site.table})`;
    }
  }
}

export function compileOrder(field: OrderField, direction: 'asc' | 'desc'): SQL {
  return sql`${TEXT_COLUMNS[field]} ${sql.raw(direction === 'desc' ? 'desc' : 'asc')} nulls last`;
}

function isAmong(column: SQLWrapper, values: readonly string[]): SQL {
  const [only] = values;
  return only !== undefined && values.length === 1 ? eq(column, only) : isOneOf(column, values);
}

/** GLOB reads its pattern up to the first NUL: what comes before would match more than was asked for. */
function isLike(column: SQLWrapper, glob: string): SQL {
  return glob.includes('\0') ? sql`false` : sql`${column} glob ${glob}`;
}

/** SQLite's GLOB knows no escape sign; a character class of one character stands for that character. */
function globOf(pattern: readonly GlobPart[]): string {
  return pattern
    .map((part) => (typeof part === 'string' ? part : part.text.replaceAll(/[*?[]/g, '[$&]')))
    .join('');
}
