/**
 * The filters that select sites: flags, their help, validation and SQL all follow from this table. It loads
 * neither SQLite nor Drizzle, so that a help text is quick.
 */
import { ENVIRONMENTS, SITE_STATES } from '../model/vocabulary.js';
import type { Store } from '../store/store.js';
import { type Condition, equal, every, globParts, holds, like, some } from './condition.js';
import { isGlob, normalDomain } from './domain-name.js';

export const FILTER_NAMES = [
  'domain',
  'environment',
  'project',
  'tag',
  'owner',
  'group',
  'account',
  'state',
] as const;
export type FilterName = (typeof FILTER_NAMES)[number];

/** The part of the store that validation asks. */
export type KnownValues = Pick<Store, 'sites' | 'groups'>;

export interface Filter {
  readonly name: FilterName;
  /** As commander takes it; may be repeated. */
  readonly flag: string;
  readonly help: string;
  /** The flag that leaves sites out, or null where there is none. */
  readonly excludeFlag: string | null;
  readonly excludeHelp: string;
  /** What a repeated flag means: a site needs any of the values, or all of them. */
  readonly repeated: 'any' | 'all';
  /** The closed set of values, or null where the store knows them. */
  readonly words: readonly string[] | null;
  /** What people type → what the store holds. */
  readonly normalise: (value: string) => string;
  /** Every value that may be named, for validation and completion. */
  readonly known: (store: KnownValues) => readonly string[];
  /** Whether a value stands for many, so that it need not be known itself. */
  readonly isPattern: (value: string) => boolean;
  /** The sites that satisfy any of the values. */
  readonly any: (values: readonly string[]) => Condition;
}

type Row = Pick<Filter, 'help' | 'known' | 'any'> &
  Partial<Pick<Filter, 'repeated' | 'words' | 'normalise' | 'isPattern'>> & {
    /** The placeholder of the flag's value. */
    readonly value: string;
    readonly excludable: boolean;
  };

const ROWS: Readonly<Record<FilterName, Row>> = {
  domain: {
    value: 'glob',
    help: 'a domain, or many by * and ?',
    excludable: true,
    normalise: normalDomain,
    isPattern: isGlob,
    known: ({ sites }) => sites.domains(),
    any: anyDomain,
  },
  environment: {
    value: 'name',
    help: ENVIRONMENTS.join(', '),
    excludable: true,
    words: ENVIRONMENTS,
    known: () => ENVIRONMENTS,
    any: (values) => equal('environment', values),
  },
  project: {
    value: 'name',
    help: 'sites of a project',
    excludable: true,
    known: ({ sites }) => sites.values('project'),
    any: (values) => equal('project', values),
  },
  tag: {
    value: 'tag',
    help: 'sites with a tag; repeated: with every one of them',
    excludable: true,
    repeated: 'all',
    known: ({ sites }) => sites.values('tag'),
    any: (values) => holds('tags', values),
  },
  owner: {
    value: 'user',
    help: 'sites that somebody owns',
    excludable: true,
    known: ({ sites }) => sites.values('owner'),
    any: (values) => equal('owner', values),
  },
  group: {
    value: 'name',
    help: 'sites of a group',
    excludable: true,
    known: ({ groups }) => groups.list().map((group) => group.name),
    any: (values) => holds('groups', values),
  },
  account: {
    value: 'id',
    help: 'sites of a Cloudflare account',
    excludable: false,
    known: ({ sites }) => sites.values('account'),
    any: (values) => equal('account', values),
  },
  state: {
    value: 'state',
    help: SITE_STATES.join(', '),
    excludable: false,
    words: SITE_STATES,
    known: () => SITE_STATES,
    any: (values) => equal('state', values),
  },
};

export const FILTERS: readonly Filter[] = FILTER_NAMES.map((name) => toFilter(name, ROWS[name]));

export function filterNamed(name: FilterName): Filter {
  return toFilter(name, ROWS[name]);
}

/** What a filter's values come to when its flag was given with each of them. */
export function conditionOf(filter: Filter, values: readonly string[]): Condition {
  if (filter.repeated === 'any') return filter.any(values);
  return every(...values.map((value) => filter.any([value])));
}

function toFilter(name: FilterName, { value, excludable, ...row }: Row): Filter {
  return {
    name,
    flag: `--${name} <${value}>`,
    excludeFlag: excludable ? `--exclude-${name} <${value}>` : null,
    excludeHelp: `leave out ${name === 'domain' ? 'domains' : `sites by ${name}`}`,
    repeated: 'any',
    words: null,
    normalise: (text) => text,
    isPattern: () => false,
    ...row,
  };
}

function anyDomain(values: readonly string[]): Condition {
  const exact = values.filter((value) => !isGlob(value));
  const globs = values.filter(isGlob).map((glob) => like('domain', ...globParts(glob)));
  if (globs.length === 0) return equal('domain', exact);
  return some(...(exact.length > 0 ? [equal('domain', exact)] : []), ...globs);
}
