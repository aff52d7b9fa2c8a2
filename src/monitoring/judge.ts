/** What an answer, or the lack of one, says about a site. Pure. */
import type { CheckError, CheckResult, TargetPolicy } from '../model/target.js';
import type { Answer } from './exchange.js';

export type Judgement = Pick<CheckResult, 'verdict' | 'error' | 'detail'>;

/** The header with which a maintenance page of ours names its event. */
const OWN_PAGE_HEADER = 'x-maint-event';

/** Judges the answer at the end of all redirects. */
export function judgeAnswer(policy: TargetPolicy, answer: Answer): Judgement {
  if (answer.headers[OWN_PAGE_HEADER] !== undefined) {
    return excused('own-page', 'our own maintenance page answered');
  }
  const trouble = cloudflareTrouble(answer);
  if (trouble !== null) return excused('cloudflare', trouble);
  const { status, body } = answer;
  if (!policy.expectStatus.some(([low, high]) => status >= low && status <= high)) {
    return failed('http', describeStatus(answer));
  }
  if (policy.expectText !== null && policy.method !== 'HEAD' && !body().includes(policy.expectText)) {
    return failed('text', 'the expected text is not in the answer');
  }
  return { verdict: 'success', error: null, detail: null };
}

/**
 * Pages of Cloudflare that are about this visitor or about a limit, not about the site: bans, blocks, rate
 * limits, the daily limit of Workers (developers.cloudflare.com/support/troubleshooting/http-status-codes,
 * "Cloudflare 1xxx errors"). Those about the origin or its Worker (1000, 1016, 1033, 1101, 1102 …) count as
 * what a visitor sees: a site that does not work.
 */
const NOT_THE_SITE = new Set([1005, 1006, 1007, 1008, 1009, 1010, 1012, 1015, 1020, 1027, 1106, 1200]);
const ONE_THOUSANDS = /\berror(?:\s+code)?:?\s+(1\d{3})\b/i;
const TROUBLED = new Set([403, 429, 503]);

function cloudflareTrouble({ status, headers, body }: Answer): string | null {
  // developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response
  if (headers['cf-mitigated'] === 'challenge') return 'Cloudflare challenges this visitor';
  if (headers['cf-ray'] === undefined || !TROUBLED.has(status)) return null;
  const code = Number(ONE_THOUSANDS.exec(body())?.[1]);
  return NOT_THE_SITE.has(code) ? `Cloudflare answers with error ${code}` : null;
}

/** 520 to 526 and 530: Cloudflare works, and says that the origin does not. */
function describeStatus({ status, body }: Answer): string {
  const code = status === 530 ? ONE_THOUSANDS.exec(body())?.[1] : undefined;
  if (code !== undefined) return `HTTP 530, Cloudflare error ${code}`;
  return status >= 520 && status <= 530
    ? `HTTP ${status} from Cloudflare: its origin fails`
    : `HTTP ${status}`;
}

/** A check that did not come to an answer in time. */
export class CheckTimeout extends Error {
  readonly code = 'CHECK_TIMEOUT';
}

/** A way of redirecting that is not followed; the message says why. */
export class BadRedirect extends Error {
  readonly code = 'BAD_REDIRECT';
}

/** What the codes of undici, Node and OpenSSL come to; the first that fits. */
const BY_CODE: readonly (readonly [RegExp, CheckError, string])[] = [
  [/^(ENOTFOUND|ENODATA|ESERVFAIL|EAI_\w+)$/, 'dns', 'the name cannot be resolved'],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'refused', 'nothing accepts the connection'],
  [/TIMEOUT|ETIMEDOUT/, 'timeout', 'no answer in time'],
  [/^BAD_REDIRECT$/, 'http', ''],
  [/^PRIVATE_ADDRESS$/, 'http', 'redirects to an address that is not public'],
  [/^HPE_|^HTTPParserError$|^UND_ERR_(HEADERS_OVERFLOW|RES_|RESPONSE)/, 'http', 'the answer is not HTTP'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET)$/, 'reset', 'the connection was closed'],
  [
    /CERT|TLS|SSL|EPROTO|SIGNATURE|ISSUER|CRL|HOSTNAME_MISMATCH/,
    'tls',
    'the TLS connection cannot be trusted',
  ],
];

/** Judges the error that took the place of an answer. */
export function judgeError(error: unknown): Judgement {
  const {
    name = '',
    message = '',
    code = name,
  } = error as { name?: string; code?: string; message?: string };
  const [, kind, words] = BY_CODE.find(([pattern]) => pattern.test(code)) ?? [null, 'reset' as const, ''];
  const detail = words === '' ? message : code === '' ? words : `${words} (${code})`;
  return failed(kind, detail);
}

const excused = (error: CheckError, detail: string): Judgement => ({ verdict: 'excused', error, detail });
const failed = (error: CheckError, detail: string): Judgement => ({ verdict: 'failure', error, detail });
