/** Flags that give fields to new sites, and the check of an environment's name. */
import { ENVIRONMENTS, Environment } from '../model/vocabulary.js';
import { nearest } from '../sites/nearest.js';
import type { FlagDefinition } from './command.js';
import type { Flags } from './flags.js';
import { refuseIfWrong } from './wrong-use.js';

export const NEW_SITE_FLAGS: readonly FlagDefinition[] = [
  { flags: '--environment <name>', help: `of new sites: ${ENVIRONMENTS.join(', ')}`, group: 'Change' },
  { flags: '--project <name>', help: 'of new sites', group: 'Change' },
  { flags: '--tag <tag>', help: 'of new sites; repeatable', group: 'Change', repeat: true },
  { flags: '--owner <name>', help: 'of new sites', group: 'Change' },
];

export interface NewSiteFields {
  readonly environment?: Environment;
  readonly project?: string;
  readonly tags?: readonly string[];
  readonly owner?: string;
}

/** The fields given for new sites; throws one usage error for all that is wrong with them. */
export function newSiteFields(flags: Flags, command = 'discover'): NewSiteFields {
  const problems: string[] = [];
  const environment = readEnvironment(flags.text('environment'), '--environment', problems);
  const project = readName(flags.text('project'), '--project', problems);
  const owner = readName(flags.text('owner'), '--owner', problems);
  const tags = flags.texts('tag').flatMap((tag) => readName(tag, '--tag', problems) ?? []);
  refuseIfWrong(problems, command);
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(project === undefined ? {} : { project }),
    ...(owner === undefined ? {} : { owner }),
    ...(tags.length === 0 ? {} : { tags }),
  };
}

export function readEnvironment(
  text: string | undefined,
  flag: string,
  problems: string[],
): Environment | undefined {
  if (text === undefined) return undefined;
  const parsed = Environment.safeParse(text);
  if (parsed.success) return parsed.data;
  const near = nearest(text, ENVIRONMENTS);
  const hint = near === null ? `One of: ${ENVIRONMENTS.join(', ')}.` : `Did you mean '${near}'?`;
  problems.push(`'${flag} ${text}' is no environment. ${hint}`);
  return undefined;
}

/** A name that is not empty, has no control characters and is at most 200 characters long. */
export function readName(text: string | undefined, flag: string, problems: string[]): string | undefined {
  if (text === undefined) return undefined;
  const name = text.trim();
  if (name !== '' && name.length <= 200 && !/\p{Cc}/u.test(name)) return name;
  problems.push(
    name === '' ? `'${flag}' is empty.` : `The value of '${flag}' is too long or holds control characters.`,
  );
  return undefined;
}
