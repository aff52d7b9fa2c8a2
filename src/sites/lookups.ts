/** What `.filter({ … })` takes, and how it becomes a condition. Callers in JavaScript have no types: it is checked. */
import { MaintError } from '../model/errors.js';
import {
  type Condition,
  equal,
  every,
  globParts,
  holds,
  like,
  not,
  SET_FIELDS,
  type SetField,
  TEXT_FIELDS,
  type TextField,
  type ValueOf,
} from './condition.js';
import { normalDomain } from './domain-name.js';
import { didYouMean } from './nearest.js';

/** Ways to compare a field that holds one text; those that are given must all hold. */
export interface TextLookup<V extends string = string> {
  readonly equals?: V;
  /** One of these; none of none. */
  readonly in?: readonly V[];
  /** None of these; a site without a value qualifies. */
  readonly not?: V | readonly V[];
  readonly contains?: string;
  readonly startsWith?: string;
  readonly endsWith?: string;
  /** `*` is any text, `?` any one character. */
  readonly glob?: string;
  readonly isNull?: boolean;
}

/** Ways to compare a field that holds a set, such as the tags. */
export interface SetLookup {
  /** Holds this, or every one of these. */
  readonly contains?: string | readonly string[];
  /** Holds at least one of these. */
  readonly in?: readonly string[];
  /** Holds none of these. */
  readonly not?: string | readonly string[];
  /** Holds nothing. */
  readonly isNull?: boolean;
}

/**
 * Conditions by field. A plain value means "equals" (of a set: "contains"), a list "one of" (of a set: "every
 * one of"), `null` "has none".
 */
export type SiteFilter = {
  readonly [F in TextField]?: ValueOf<F> | readonly ValueOf<F>[] | TextLookup<ValueOf<F>> | null;
} & {
  readonly [F in SetField]?: string | readonly string[] | SetLookup | null;
};

type TextReader = (field: TextField, value: unknown) => Condition;
type SetReader = (field: SetField, value: unknown) => Condition;

const TEXT_LOOKUPS: Readonly<Record<keyof TextLookup, TextReader>> = {
  equals: (field, value) => equal(field, [textOf(field, value)]),
  in: (field, value) => equal(field, textsOf(field, value)),
  not: (field, value) => not(equal(field, textsOf(field, value))),
  contains: (field, value) => like(field, '*', { text: partOf(field, value) }, '*'),
  startsWith: (field, value) => like(field, { text: partOf(field, value) }, '*'),
  endsWith: (field, value) => like(field, '*', { text: partOf(field, value) }),
  glob: (field, value) => like(field, ...globParts(asDomain(field, stringOf(field, value)))),
  isNull: (field, value) => yesOrNo(field, value, { is: 'null', field }),
};

const SET_LOOKUPS: Readonly<Record<keyof SetLookup, SetReader>> = {
  contains: (field, value) => every(...atLeastOne(field, value).map((one) => holds(field, [one]))),
  in: (field, value) => holds(field, stringsOf(field, value)),
  not: (field, value) => not(holds(field, stringsOf(field, value))),
  isNull: (field, value) => yesOrNo(field, value, { is: 'empty', field }),
};

/**
 * @throws MaintError `usage` for an unknown field, lookup or word, with the nearest known one, and for a value
 *   of the wrong type: `undefined`, too, for it would silently widen the filter to everything
 */
export function conditionOfFilter(filter: SiteFilter): Condition {
  if (!isRecord(filter)) throw wrong('A filter is an object of fields.');
  return every(...Object.entries(filter).map(([field, value]) => conditionOn(field, value)));
}

function conditionOn(field: string, value: unknown): Condition {
  if (isTextField(field)) return readField(field, value, TEXT_LOOKUPS, { one: 'equals', list: 'in' });
  if (isSetField(field)) return readField(field, value, SET_LOOKUPS, { one: 'contains', list: 'contains' });
  throw unknown('field', field, [...Object.keys(TEXT_FIELDS), ...SET_FIELDS]);
}

function readField<F extends TextField | SetField, L extends string>(
  field: F,
  value: unknown,
  lookups: Readonly<Record<L, (field: F, value: unknown) => Condition>>,
  short: { readonly one: L; readonly list: L },
): Condition {
  if (value === null) return lookups['isNull' as L](field, true);
  if (Array.isArray(value)) return lookups[short.list](field, value);
  if (!isRecord(value)) return lookups[short.one](field, value);
  const entries = Object.entries(value);
  if (entries.length === 0) throw wrong(`The filter on '${field}' says nothing.`);
  return every(
    ...entries.map(([name, operand]) => {
      if (!Object.hasOwn(lookups, name)) throw unknown('lookup', name, Object.keys(lookups));
      return lookups[name as L](field, operand);
    }),
  );
}

/** A whole value of a field: one of its words where it has words. */
function textOf(field: TextField, value: unknown): string {
  const text = asDomain(field, stringOf(field, value));
  const { words }: { readonly words?: readonly string[] } = TEXT_FIELDS[field];
  if (words !== undefined && !words.includes(text)) throw unknown(field, text, words);
  return text;
}

function textsOf(field: TextField, value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((one) => textOf(field, one));
}

/** A part of a value. Half a domain is no domain, so that only its case is put right. */
function partOf(field: TextField, value: unknown): string {
  const text = stringOf(field, value);
  return field === 'domain' ? text.toLowerCase() : text;
}

function asDomain(field: TextField, text: string): string {
  return field === 'domain' ? normalDomain(text) : text;
}

function stringOf(field: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw wrong(`The filter on '${field}' needs text, not ${value === null ? 'null' : typeof value}.`);
}

function stringsOf(field: string, value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((one) => stringOf(field, one));
}

/** "Every one of none" would hold for every site: an empty list is more likely a mistake. */
function atLeastOne(field: string, value: unknown): readonly string[] {
  const texts = stringsOf(field, value);
  if (texts.length === 0) throw wrong(`The filter on '${field}' names no value.`);
  return texts;
}

function yesOrNo(field: string, value: unknown, condition: Condition): Condition {
  if (typeof value !== 'boolean') throw wrong(`'isNull' of '${field}' is true or false.`);
  return value ? condition : not(condition);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextField(field: string): field is TextField {
  return Object.hasOwn(TEXT_FIELDS, field);
}

function isSetField(field: string): field is SetField {
  return (SET_FIELDS as readonly string[]).includes(field);
}

function unknown(what: string, word: string, known: readonly string[]): MaintError {
  return wrong(`There is no ${what} '${word}'.${didYouMean(word, known)}`, `Known: ${known.join(', ')}.`);
}

function wrong(message: string, hint?: string): MaintError {
  return new MaintError('usage', message, { hint });
}
