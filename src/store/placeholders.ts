import { type Placeholder, sql } from 'drizzle-orm';

/**
 * Placeholders under the names of columns, for a statement that is prepared once and run for many rows:
 * building a statement takes Drizzle many times longer than SQLite takes to run it.
 */
export function placeholders<K extends string>(...columns: readonly K[]): { [N in K]: Placeholder<N> } {
  const entries = columns.map((column) => [column, sql.placeholder(column)]);
  return Object.fromEntries(entries) as { [N in K]: Placeholder<N> };
}
