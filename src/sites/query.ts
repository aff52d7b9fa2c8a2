/** The chain of the library: `sites().production().byProject('shop').list()`. */
import { MaintError } from '../model/errors.js';
import type { Site } from '../model/site.js';
import type { Environment, SiteState } from '../model/vocabulary.js';
import type { SiteTable, Statement } from '../store/store.js';
import { compile, compileOrder, ORDER_FIELDS, type OrderField } from './compile.js';
import { type Condition, every, not } from './condition.js';
import { normalDomain } from './domain-name.js';
import { filterNamed } from './filters.js';
import { conditionOfFilter, type SiteFilter } from './lookups.js';
import { didYouMean } from './nearest.js';
import { tallyEnvironments, tallyProjects, tallyStates } from './tally.js';
import { sitesOf } from './visibility.js';

/** Where a query reads from; the store's table of sites is one. */
export type SiteSource = Pick<SiteTable, 'select' | 'toSQL' | 'count'>;

/** What can be done with the selected sites. The query adds each under its name, without the first argument. */
// biome-ignore lint/suspicious/noExplicitAny: parameters of functions that are only passed through
export type SiteActions = Readonly<Record<string, (sites: readonly Site[], ...rest: any[]) => unknown>>;

type Bound<A extends SiteActions> = {
  readonly [K in keyof A]: A[K] extends (sites: readonly Site[], ...rest: infer P) => infer R
    ? (...rest: P) => Promise<Awaited<R>>
    : never;
};

/** A query, with the actions that it was given. */
export type SiteQuery<A extends SiteActions = Record<never, never>> = SiteQueryBuilder<A> & Bound<A>;

interface Shape {
  readonly conditions: readonly Condition[];
  readonly order: readonly { readonly field: OrderField; readonly direction: 'asc' | 'desc' }[];
  readonly limit: number | null;
}

/**
 * Starts a query over all sites.
 *
 * @param actions added to the query and to all that are derived from it; each runs the query when it is called
 * @example
 * const sites = siteQuery(store.sites, { announce: (sites, text: string) => send(sites, text) });
 * await sites.production().withTag('critical').announce('Back in ten minutes.');
 */
export function siteQuery<A extends SiteActions = Record<never, never>>(
  source: SiteSource,
  actions?: A,
): SiteQuery<A> {
  return make(source, actions ?? ({} as A), { conditions: [], order: [], limit: null });
}

function make<A extends SiteActions>(source: SiteSource, actions: A, shape: Shape): SiteQuery<A> {
  // The constructor adds a method for each action, which the compiler cannot see.
  return new SiteQueryBuilder(source, actions, shape) as SiteQuery<A>;
}

/** Immutable and lazy: each method returns a new query, and nothing is read before one of the last methods. */
export class SiteQueryBuilder<A extends SiteActions> implements Iterable<Site> {
  readonly #source: SiteSource;
  readonly #actions: A;
  readonly #shape: Shape;

  constructor(source: SiteSource, actions: A, shape: Shape) {
    this.#source = source;
    this.#actions = actions;
    this.#shape = shape;
    for (const [name, act] of Object.entries(actions)) {
      const value = async (...rest: unknown[]) => act(this.list(), ...rest);
      Object.defineProperty(this, name, { value, enumerable: true });
    }
    Object.freeze(this);
  }

  production(): SiteQuery<A> {
    return this.byEnvironment('production');
  }

  staging(): SiteQuery<A> {
    return this.byEnvironment('staging');
  }

  development(): SiteQuery<A> {
    return this.byEnvironment('development');
  }

  testing(): SiteQuery<A> {
    return this.byEnvironment('testing');
  }

  /** Sites in the state `active`: known to Cloudflare, not in maintenance, no health check failing. */
  active(): SiteQuery<A> {
    return this.byState('active');
  }

  inactive(): SiteQuery<A> {
    return this.byState('inactive');
  }

  inMaintenance(): SiteQuery<A> {
    return this.byState('maintenance');
  }

  failing(): SiteQuery<A> {
    return this.byState('failing');
  }

  /** In any of the environments; like all of these, none named means no site. */
  byEnvironment(...names: readonly Environment[]): SiteQuery<A> {
    return this.filter({ environment: names });
  }

  byState(...states: readonly SiteState[]): SiteQuery<A> {
    return this.filter({ state: states });
  }

  byProject(...names: readonly string[]): SiteQuery<A> {
    return this.filter({ project: names });
  }

  byOwner(...users: readonly string[]): SiteQuery<A> {
    return this.filter({ owner: users });
  }

  inAccount(...ids: readonly string[]): SiteQuery<A> {
    return this.filter({ account: ids });
  }

  /** In any of the groups. */
  inGroup(...names: readonly string[]): SiteQuery<A> {
    return this.filter({ groups: { in: names } });
  }

  /**
   * With every one of the tags.
   *
   * @throws MaintError `usage` without any: "every one of none" would be every site
   */
  withTag(...tags: readonly string[]): SiteQuery<A> {
    return this.filter({ tags });
  }

  /** Domains by name, or by `*` and `?`: any of them. */
  domain(...globs: readonly string[]): SiteQuery<A> {
    return this.where(filterNamed('domain').any(globs.map(normalDomain)));
  }

  /**
   * Narrows by fields, all of which must hold.
   *
   * @example query.filter({ project: 'shop', tags: { contains: 'critical' }, domain: { endsWith: '.org' } })
   * @throws MaintError `usage` for an unknown field, lookup or word
   */
  filter(filter: SiteFilter): SiteQuery<A> {
    return this.where(conditionOfFilter(filter));
  }

  /**
   * Leaves out the sites for which all of the fields hold.
   *
   * @example query.exclude({ project: 'legacy' })
   */
  exclude(filter: SiteFilter): SiteQuery<A> {
    const condition = conditionOfFilter(filter);
    return Object.keys(filter).length === 0 ? this.#derive({}) : this.where(not(condition));
  }

  /** Sites that the user owns or that are shared with them. */
  visibleTo(user: string): SiteQuery<A> {
    return this.where(sitesOf(user));
  }

  /** Narrows by a condition, such as that of a selection. */
  where(condition: Condition): SiteQuery<A> {
    return this.#derive({ conditions: [...this.#shape.conditions, condition] });
  }

  /** A further call orders what the calls before leave equal; sites without a value come last. */
  orderBy(field: OrderField, direction: 'asc' | 'desc' = 'asc'): SiteQuery<A> {
    if (!ORDER_FIELDS.includes(field)) {
      const message = `Sites cannot be ordered by '${field}'.${didYouMean(String(field), ORDER_FIELDS)}`;
      throw new MaintError('usage', message, { hint: `Known: ${ORDER_FIELDS.join(', ')}.` });
    }
    return this.#derive({ order: [...this.#shape.order, { field, direction }] });
  }

  limit(count: number): SiteQuery<A> {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new MaintError('usage', 'A limit is a whole number from 0 on.');
    }
    return this.#derive({ limit: count });
  }

  /** The statement that `list` would run. */
  toSQL(): Statement {
    return this.#source.toSQL(this.#condition(), this.#options());
  }

  /** The sites, by domain where no other order was asked for. */
  list(): Site[] {
    return this.#source.select(this.#condition(), this.#options());
  }

  first(): Site | null {
    const most = Math.min(1, this.#shape.limit ?? 1);
    return this.#source.select(this.#condition(), { ...this.#options(), limit: most })[0] ?? null;
  }

  count(): number {
    return Math.min(this.#source.count(this.#condition()), this.#shape.limit ?? Number.POSITIVE_INFINITY);
  }

  domains(): string[] {
    return this.list().map((site) => site.domain);
  }

  [Symbol.iterator](): Iterator<Site> {
    return this.list()[Symbol.iterator]();
  }

  /** How many sites each environment has, also those with none. */
  environmentSummary(): Record<Environment, number> {
    return tallyEnvironments(this.list());
  }

  statusSummary(): Record<SiteState, number> {
    return tallyStates(this.list());
  }

  /** How many sites each project has, by name; sites without one count as `(none)`. */
  projectSummary(): Record<string, number> {
    return tallyProjects(this.list());
  }

  #derive(change: Partial<Shape>): SiteQuery<A> {
    return make(this.#source, this.#actions, Object.freeze({ ...this.#shape, ...change }));
  }

  #condition() {
    const { conditions } = this.#shape;
    return conditions.length === 0 ? undefined : compile(every(...conditions));
  }

  #options() {
    const { order, limit } = this.#shape;
    const orderBy = order.map(({ field, direction }) => compileOrder(field, direction));
    return limit === null ? { orderBy } : { orderBy, limit };
  }
}
