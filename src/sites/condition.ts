/** A condition on sites as plain data: what filters, selections and queries are made of. Compiled elsewhere. */
import { ENVIRONMENTS, type Environment, SITE_STATES, type SiteState } from '../model/vocabulary.js';

/** Fields of a site that hold one text. `words` where the set of values is closed. */
export const TEXT_FIELDS = {
  domain: {},
  name: {},
  environment: { words: ENVIRONMENTS },
  project: {},
  owner: {},
  account: {},
  zone: {},
  state: { words: SITE_STATES },
} as const satisfies Record<string, { readonly words?: readonly string[] }>;

/** Fields of a site that hold a set of texts. */
export const SET_FIELDS = ['tags', 'groups', 'sharedWith'] as const;

export type TextField = keyof typeof TEXT_FIELDS;
export type SetField = (typeof SET_FIELDS)[number];

/** What a field may be compared with. */
export type ValueOf<F extends TextField> = F extends 'environment'
  ? Environment
  : F extends 'state'
    ? SiteState
    : string;

export type Condition =
  | { readonly is: 'every' | 'some'; readonly of: readonly Condition[] }
  | { readonly is: 'not'; readonly of: Condition }
  /** The field is one of the values; no value, no site. */
  | { readonly is: 'equal'; readonly field: TextField; readonly values: readonly string[] }
  /** `*` any text, `?` any character; the rest is literal. Upper and lower case differ. */
  | { readonly is: 'like'; readonly field: TextField; readonly pattern: readonly GlobPart[] }
  | { readonly is: 'null'; readonly field: TextField }
  /** The set holds at least one of the values. */
  | { readonly is: 'holds'; readonly field: SetField; readonly values: readonly string[] }
  | { readonly is: 'empty'; readonly field: SetField };

/** A piece of a pattern: text that stands for itself, or a wildcard. */
export type GlobPart = { readonly text: string } | '*' | '?';

export const every = (...of: readonly Condition[]): Condition => ({ is: 'every', of });
export const some = (...of: readonly Condition[]): Condition => ({ is: 'some', of });
export const not = (of: Condition): Condition => ({ is: 'not', of });

export function equal(field: TextField, values: readonly string[]): Condition {
  return { is: 'equal', field, values };
}

export function like(field: TextField, ...pattern: readonly GlobPart[]): Condition {
  return { is: 'like', field, pattern };
}

export function holds(field: SetField, values: readonly string[]): Condition {
  return { is: 'holds', field, values };
}

/** Reads what people type as a pattern. */
export function globParts(glob: string): readonly GlobPart[] {
  const pieces = glob.split(/([*?])/).filter((piece) => piece !== '');
  return pieces.map((piece) => (piece === '*' || piece === '?' ? piece : { text: piece }));
}
