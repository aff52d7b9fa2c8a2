/** Answers that say no: their codes, read into an error with a sentence and a next step. */
import { type ApiRequest, endpointOf, mutates } from './api-request.js';
import { CloudflareError } from './errors.js';
import { challenged, excerptOf, factsOf, isChallenge, redirected, unreadable } from './foreign-answer.js';
import type { Quote } from './remote-text.js';
import type { Answer } from './request.js';
import { type Verdict, verdictOf } from './verdicts.js';

interface Problem {
  readonly code: number;
  readonly message: string;
}

/** How deep and how long a list of errors is read. */
const DEEPEST = 5;
const MOST_PROBLEMS = 50;

/** The error of an answer that refuses, in JSON or in HTML. */
export function refusal(answer: Answer, request: ApiRequest, quote: Quote): CloudflareError {
  const { status } = answer;
  if (isChallenge(answer)) return challenged(answer, request);
  if (status >= 300 && status < 400) return redirected(answer, request, quote);
  const problems = problemsOf(parseJson(answer.body.toString('utf8')));
  // These mean the same from whomever they come; any other refusal without JSON is not Cloudflare's.
  const plain = status === 401 || status === 408 || status === 429 || status >= 500;
  if (problems === null && !plain) return unreadable(answer, request, quote);
  const codes = (problems ?? []).map((problem) => problem.code);
  const verdict = verdictOf(status, codes, (problems ?? []).map((problem) => problem.message).join('; '));
  const where = `${endpointOf(request)} (${detailOf(answer, quote, problems)})`;
  return new CloudflareError(verdict.code, `${capitalised(sentenceOf(verdict, request))}: ${where}.`, {
    ...factsOf(answer, request),
    codes,
    hint: hintOf(verdict, request),
    retryable: verdict.retryable ?? false,
    ambiguous: mutates(request) && (status >= 500 || verdict.code === 'remote-unreachable'),
  });
}

/** The JSON of a body, or undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Cloudflare never says which permission it misses, nor whether it is the scope or the token's end. */
function sentenceOf(verdict: Verdict, { permission }: ApiRequest): string {
  if (verdict.code !== 'permission-missing' || permission === undefined) return verdict.sentence;
  return `the API token may not do this: it lacks "${permission}", or has expired`;
}

function hintOf(verdict: Verdict, { permission }: ApiRequest): string | undefined {
  if (verdict.code !== 'permission-missing' || permission === undefined) return verdict.hint;
  return "Give the token that permission, and the zone and its account as its scope, in Cloudflare's dashboard.";
}

/** `HTTP 403, code 10000: Authentication error`, or the beginning of a body that is no JSON. */
function detailOf(answer: Answer, quote: Quote, problems: readonly Problem[] | null): string {
  const status = `HTTP ${answer.status}`;
  if (problems === null) return `${status}, ${excerptOf(answer, quote)}`;
  if (problems.length === 0) return `${status}, no reason given`;
  const shown = problems.slice(0, 3).map((problem) => `code ${problem.code}: ${quote(problem.message)}`);
  return [status, ...shown].join(', ');
}

/**
 * The errors of a body, with those that caused them, or null where the body is none of the API's. Some
 * endpoints answer `{ code, error }` without an envelope.
 */
function problemsOf(json: unknown): Problem[] | null {
  if (!isRecord(json)) return null;
  const found: Problem[] = [];
  if (Array.isArray(json.errors)) collect(json.errors, DEEPEST, found);
  else if (typeof json.error === 'string') found.push(problem(json.code, json.error));
  else if (typeof json.success !== 'boolean') return null;
  return found;
}

function collect(items: readonly unknown[], depth: number, found: Problem[]): void {
  for (const item of items) {
    if (found.length >= MOST_PROBLEMS) return;
    if (typeof item === 'string') found.push(problem(0, item));
    if (!isRecord(item)) continue;
    found.push(problem(item.code, item.message));
    if (depth > 0 && Array.isArray(item.error_chain)) collect(item.error_chain, depth - 1, found);
  }
}

function problem(code: unknown, message: unknown): Problem {
  const number = Number(code ?? 0);
  return {
    code: Number.isSafeInteger(number) ? number : 0,
    message: typeof message === 'string' ? message : '',
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
