/** What the flags of a command select: plain data, validated whole, turned into one condition. */
import { MaintError } from '../model/errors.js';
import { type Condition, every, not } from './condition.js';
import { conditionOf, FILTERS, type Filter, type FilterName, type KnownValues } from './filters.js';
import { didYouMean } from './nearest.js';

type Values = Partial<Readonly<Record<FilterName, readonly string[]>>>;

export interface Selection {
  /** Domains and globs that were named without a flag; they widen what `--domain` names. */
  readonly domains: readonly string[];
  readonly include: Values;
  readonly exclude: Values;
  /** Everything that the other fields leave: the user said so in words. */
  readonly all: boolean;
}

export const NO_SELECTION: Selection = { domains: [], include: {}, exclude: {}, all: false };

/** Something wrong with a selection, as a sentence. */
export interface Problem {
  /** The flag, or `domain` for a domain without one. */
  readonly subject: string;
  readonly value: string;
  readonly message: string;
}

/**
 * Whether nothing was selected. Leaving sites out selects nothing by itself: "all but these" needs `--all`,
 * or a typing error in an exclusion would reach every other site.
 */
export function isEmpty(selection: Selection): boolean {
  return !selection.all && FILTERS.every((filter) => included(filter, selection).length === 0);
}

/** Every unknown or contradictory word of the selection, each with the nearest known one. */
export function validate(selection: Selection, store: KnownValues): readonly Problem[] {
  const contradiction: Problem = {
    subject: '--all',
    value: '',
    message: "'--all' and named domains exclude each other.",
  };
  return [
    ...(selection.all && selection.domains.length > 0 ? [contradiction] : []),
    ...FILTERS.flatMap((filter) => unknownValues(filter, selection, store)),
  ];
}

/**
 * Throws where `validate` finds something.
 *
 * @throws MaintError `unknown-name`; with several problems, each is one of its `problems`
 */
export function requireValid(selection: Selection, store: KnownValues): void {
  const [first, ...others] = validate(selection, store);
  if (first === undefined) return;
  const code = first.subject === '--all' ? 'usage' : 'unknown-name';
  const hint = '`maint list` shows what there is.';
  if (others.length === 0) throw new MaintError(code, first.message, { hint });
  const problems = [first, ...others].map((problem) => problem.message);
  throw new MaintError(code, `The selection has ${problems.length} mistakes.`, { problems, hint });
}

/** The sites that a selection means; null where it names none, which is never the same as all of them. */
export function conditionFor(selection: Selection): Condition | null {
  return isEmpty(selection) ? null : narrowing(selection);
}

/** For commands that only look: without any flag, every site. */
export function narrowing(selection: Selection): Condition {
  return every(
    ...FILTERS.flatMap((filter) => {
      const wanted = included(filter, selection);
      const unwanted = normalised(filter, selection.exclude[filter.name]);
      return [
        ...(wanted.length > 0 ? [conditionOf(filter, wanted)] : []),
        ...(unwanted.length > 0 ? [not(filter.any(unwanted))] : []),
      ];
    }),
  );
}

function included(filter: Filter, { domains, include }: Selection): readonly string[] {
  const named = filter.name === 'domain' ? domains : [];
  return normalised(filter, [...named, ...(include[filter.name] ?? [])]);
}

function normalised(filter: Filter, values: readonly string[] = []): readonly string[] {
  return [...new Set(values.map(filter.normalise))];
}

function unknownValues(filter: Filter, selection: Selection, store: KnownValues): readonly Problem[] {
  const flag = `--${filter.name}`;
  const named: [string, readonly string[]][] = [
    [filter.name === 'domain' ? 'domain' : flag, filter.name === 'domain' ? selection.domains : []],
    [flag, selection.include[filter.name] ?? []],
    [`--exclude-${filter.name}`, selection.exclude[filter.name] ?? []],
  ];
  if (named.every(([, values]) => values.length === 0)) return [];
  const known = filter.known(store);
  const isKnown = new Set(known);
  return named.flatMap(([subject, values]) =>
    normalised(filter, values)
      .filter((value) => !filter.isPattern(value) && !isKnown.has(value))
      .map((value) => ({ subject, value, message: sentence(filter, value, known) })),
  );
}

function sentence({ name, words }: Filter, value: string, known: readonly string[]): string {
  if (words !== null && didYouMean(value, known) === '') {
    return `There is no ${name} '${value}': it is one of ${words.join(', ')}.`;
  }
  return `There is no ${name} '${value}'.${didYouMean(value, known)}`;
}
