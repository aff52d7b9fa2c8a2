import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/**
 * `column in (…)` with the whole list as one parameter: the statement stays the same however long the list
 * is, and SQLite's limit of 32,766 parameters does not apply.
 */
export function isOneOf(column: SQLWrapper, values: readonly (string | number)[]): SQL {
  return sql`${column} in (select value from json_each(${JSON.stringify(values)}))`;
}
