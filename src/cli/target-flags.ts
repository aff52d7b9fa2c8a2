/** The flags that say how a target is checked and what follows from it, and their reading. */
import { parseDuration } from '../model/duration.js';
import { TARGET_METHODS, type TargetPolicy } from '../model/target.js';
import type { FlagDefinition } from './command.js';
import type { Flags } from './flags.js';
import { type NumberRange, readNumber } from './number-flag.js';

export const POLICY_FLAGS: readonly FlagDefinition[] = [
  {
    flags: '--url <url>',
    help: 'what to ask for; {domain} stands for the domain of each site',
    group: 'Change',
  },
  { flags: '--interval <duration>', help: 'how often, 5s or more (60s)', group: 'Change' },
  { flags: '--timeout <duration>', help: 'how long a check may take in all (10s)', group: 'Change' },
  { flags: '--failures <n>', help: 'failures in a row until it is down (3)', group: 'Change' },
  { flags: '--recoveries <n>', help: 'successes in a row until it is up again (2)', group: 'Change' },
  {
    flags: '--expect-status <ranges>',
    help: 'status codes that are well (200-399): 200,301-308',
    group: 'Change',
  },
  { flags: '--expect-text <text>', help: "text that the answer must hold; '' for none", group: 'Change' },
  { flags: '--method <method>', help: 'of the request (GET)', group: 'Change', choices: TARGET_METHODS },
  {
    flags: '--header <line>',
    help: "'name: value' to send; repeatable; '' for none",
    group: 'Change',
    repeat: true,
  },
  { flags: '--auto-enable', help: 'put the page up when it is down', group: 'Change' },
  {
    flags: '--auto-disable',
    help: 'take the page down again when it is up; only what the monitor put up',
    group: 'Change',
  },
  {
    flags: '--min-hold <duration>',
    help: 'how long a page of the monitor stays at least (0s)',
    group: 'Change',
  },
];

export const TRY_FLAGS: readonly FlagDefinition[] = [
  { flags: '--no-try', help: 'do not ask for the URL now', group: 'Options' },
  {
    flags: '--force',
    help: 'let it put the page up although it does not answer well now',
    group: 'Safety',
  },
];

/** Placeholder for the domain of a site in `--url`. */
const DOMAIN = '{domain}';
const SHORTEST_INTERVAL_MS = 5_000;
const DAY_MS = 86_400_000;

/** What the flags set; `url` may still hold the placeholder. What is wrong is added to `problems`. */
export function readPolicyFlags(flags: Flags, problems: string[]): Partial<TargetPolicy> {
  const intervalMs = readSpan(flags, 'interval', { from: SHORTEST_INTERVAL_MS, to: DAY_MS }, problems);
  const timeoutMs = readSpan(flags, 'timeout', { from: 100, to: 60_000 }, problems);
  const minHoldMs = readSpan(flags, 'minHold', { from: 0, to: 30 * DAY_MS }, problems);
  const failureThreshold = readNumber(flags, 'failures', { from: 1, to: 1_000 }, problems);
  const recoveryThreshold = readNumber(flags, 'recoveries', { from: 1, to: 1_000 }, problems);
  const url = readUrl(flags.text('url'), problems);
  const expectStatus = readRanges(flags.text('expectStatus'), problems);
  const expectText = flags.text('expectText');
  const method = TARGET_METHODS.find((name) => name === flags.text('method'));
  return {
    ...(url === undefined ? {} : { url }),
    ...(intervalMs === undefined ? {} : { intervalMs }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(minHoldMs === undefined ? {} : { minHoldMs }),
    ...(failureThreshold === undefined ? {} : { failureThreshold }),
    ...(recoveryThreshold === undefined ? {} : { recoveryThreshold }),
    ...(expectStatus === undefined ? {} : { expectStatus }),
    ...(expectText === undefined ? {} : { expectText: expectText === '' ? null : expectText }),
    ...(method === undefined ? {} : { method }),
    ...(flags.has('header') ? { headers: readHeaders(flags.texts('header'), problems) } : {}),
    ...(flags.has('autoEnable') ? { autoEnable: flags.on('autoEnable') } : {}),
    ...(flags.has('autoDisable') ? { autoDisable: flags.on('autoDisable') } : {}),
  };
}

/** What is wrong with a policy as a whole. */
export function policyProblems({ method, expectText, intervalMs, timeoutMs }: TargetPolicy): string[] {
  const problems: string[] = [];
  if (method === 'HEAD' && expectText !== null) problems.push('An answer to HEAD holds no text to look for.');
  if (timeoutMs > intervalMs)
    problems.push('A check must end before the next one: --timeout is above --interval.');
  return problems;
}

/** The URL for a site. */
export function urlFor(template: string, domain: string): string {
  return template.replaceAll(DOMAIN, domain);
}

/** Whether one URL given for several sites says whose it is. */
export function isTemplate(url: string): boolean {
  return url.includes(DOMAIN);
}

/** A duration of a flag in milliseconds; undefined where it was not given. */
export function readSpan(
  flags: Flags,
  name: string,
  { from, to = Number.MAX_SAFE_INTEGER }: NumberRange,
  problems: string[],
): number | undefined {
  const text = flags.text(name);
  if (text === undefined) return undefined;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const ms = durationOf(text);
  if (ms === null) problems.push(`'--${flag} ${text}' is no duration such as 30s or 5m.`);
  else if (ms < from) problems.push(`'--${flag} ${text}' is too short.`);
  else if (ms > to) problems.push(`'--${flag} ${text}' is too long.`);
  else return ms;
  return undefined;
}

function durationOf(text: string): number | null {
  try {
    return parseDuration(text);
  } catch {
    return null;
  }
}

function readUrl(text: string | undefined, problems: string[]): string | undefined {
  if (text === undefined) return undefined;
  const filled = urlFor(text, 'a.example');
  const url = URL.canParse(filled) ? new URL(filled) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    problems.push(`'--url ${text}' is not an http(s) URL.`);
  } else if (url.username !== '' || url.password !== '') {
    problems.push("'--url' must not hold a user name or password: send them with '--header'.");
  } else {
    return text.replace(/#.*$/, '');
  }
  return undefined;
}

/** `200,301-308` → [[200, 200], [301, 308]]. */
function readRanges(text: string | undefined, problems: string[]): TargetPolicy['expectStatus'] | undefined {
  if (text === undefined) return undefined;
  const ranges = text.split(',').map((part) => {
    const [, low = '', high = low] = /^\s*(\d{3})(?:-(\d{3}))?\s*$/.exec(part) ?? [];
    return [Number(low), Number(high)] as const;
  });
  const right = ranges.every(([low, high]) => low >= 100 && low <= high && high <= 599);
  if (right) return ranges;
  problems.push(`'--expect-status ${text}' is no list of status codes such as 200-299,301.`);
  return undefined;
}

/** Headers that belong to the connection and are not for a person to set. */
const RESERVED = ['connection', 'content-length', 'host', 'transfer-encoding', 'upgrade', 'expect'];

function readHeaders(lines: readonly string[], problems: string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const line of lines.filter((text) => text.trim() !== '')) {
    const [, name = '', value = ''] =
      /^([\w!#$%&'*+.^`|~-]+):\s*([\t\u0020-\u007e]*)$/.exec(line.trim()) ?? [];
    if (name === '') problems.push("'--header' must be 'name: value'.");
    else if (RESERVED.includes(name.toLowerCase()))
      problems.push(`'--header ${name}' is not for you to set.`);
    else headers[name.toLowerCase()] = value.trim();
  }
  return headers;
}
