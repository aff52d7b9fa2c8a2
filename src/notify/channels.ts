/** The `notify` of the settings file → the channels through which people are told. Strict: an unknown key is an error. */
import { distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { MaintError } from '../model/errors.js';
import { NOTICE_TYPES, type NoticeType } from '../model/notice.js';

const told = {
  /** How messages and errors call it; the type unless given. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'must be letters, digits, dots and dashes')
    .optional(),
  /** What to tell of; everything unless given. */
  on: z.array(z.enum(NOTICE_TYPES)).min(1).optional(),
  /** Whether what a person's command does is told as well; no unless given. */
  manual: z.boolean().optional(),
};

const httpUrl = z.string().refine((text) => /^https?:$/.test(protocolOf(text)), 'must be an http(s) URL');

/** An address that whoever knows it can write to: it may stand in a file of its own instead. */
const addressed = { url: httpUrl.optional(), urlFile: z.string().min(1).optional() };

const chat = (type: 'slack' | 'discord' | 'teams') =>
  z.strictObject({ type: z.literal(type), ...addressed, ...told });

const settings = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('webhook'),
    ...addressed,
    headers: z.record(z.string().regex(/^[\w-]+$/, 'is no header name'), z.string()).optional(),
    ...told,
  }),
  chat('slack'),
  chat('discord'),
  chat('teams'),
  z.strictObject({
    type: z.literal('command'),
    command: z.array(z.string().min(1)).min(1),
    ...told,
  }),
]);

/** A channel as a person writes it. */
export type ChannelSettings = z.infer<typeof settings>;
/** A channel with everything filled in that may be left out. */
export type Channel = ChannelSettings & {
  readonly name: string;
  readonly on: readonly NoticeType[];
  readonly manual: boolean;
};

/** Keys that one type or another knows, to name the nearest where one is misspelt. */
const KEYS = ['type', 'name', 'url', 'urlFile', 'headers', 'command', 'on', 'manual'];

/**
 * Reads the list of channels; nothing given means none. Throws one `usage` error for all that is wrong with it,
 * which never holds an address or a header, for these are secrets.
 *
 * @example readChannels([{ type: 'slack', urlFile: '/etc/maint/slack', on: ['down'] }])
 */
export function readChannels(value: unknown): readonly Channel[] {
  if (value === undefined || value === null) return [];
  const parsed = z.array(settings).safeParse(value);
  if (!parsed.success) throw wrong(parsed.error.issues.flatMap(problemsOf));
  const channels = parsed.data.map(
    (channel): Channel => ({
      ...channel,
      name: channel.name ?? channel.type,
      on: channel.on ?? [...NOTICE_TYPES],
      manual: channel.manual ?? false,
    }),
  );
  const problems = channels.flatMap((channel, index) => addressProblems(channel, index));
  const names = channels.map(({ name }) => name);
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index))) {
    problems.push(`notify: several channels are called '${name}'; give each a 'name' of its own.`);
  }
  if (problems.length > 0) throw wrong(problems);
  return channels;
}

function wrong(problems: readonly string[]): MaintError {
  return new MaintError('usage', "The 'notify' of the settings is not valid.", {
    problems,
    hint: 'See "Telling people" in the README for what goes there.',
  });
}

function addressProblems(channel: Channel, index: number): string[] {
  if (channel.type === 'command') return [];
  if ((channel.url === undefined) !== (channel.urlFile === undefined)) return [];
  return [`notify[${index}]: needs either 'url' or 'urlFile', not both and not none.`];
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue): string[] {
  const at = `notify${issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')}`;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${at}: unknown key '${key}'.${nearestKey(key)}`);
  if (issue.code === 'invalid_union') {
    return [`${at}: must be one of webhook, slack, discord, teams, command.`];
  }
  return [`${at}: ${issue.message}.`];
}

function nearestKey(key: string): string {
  const steps = (known: string) => distance(key.toLowerCase(), known.toLowerCase());
  const nearest = KEYS.reduce((a, b) => (steps(b) < steps(a) ? b : a));
  return nearest !== key && steps(nearest) <= 3 ? ` Did you mean '${nearest}'?` : '';
}

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : '';
}
