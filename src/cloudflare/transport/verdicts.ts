/** What Cloudflare's error codes mean for us: kind, sentence, next step. */
import type { ErrorCode } from '../../model/errors.js';

export interface Verdict {
  readonly code: ErrorCode;
  /** Continues a sentence, without a full stop. */
  readonly sentence: string;
  readonly hint?: string;
  readonly retryable?: boolean;
}

const NEW_TOKEN = 'Make a new token in the dashboard under My Profile → API Tokens.';
const MORE_ROOM = 'Remove what is not needed, or raise the limit of the account in the dashboard.';
const OUR_BUG = 'Please report this together with the request id.';

const TOKEN_INVALID: Verdict = {
  code: 'token-invalid',
  sentence: 'Cloudflare does not accept the API token',
  hint: NEW_TOKEN,
};
const TOKEN_BLOCKED: Verdict = {
  code: 'token-invalid',
  sentence: 'Cloudflare saw too many failed logins and refuses more for a while',
  hint: `Wait some minutes. ${NEW_TOKEN}`,
};
const PERMISSION_MISSING: Verdict = {
  code: 'permission-missing',
  sentence: 'the API token may not do this, or has expired',
};
const TROUBLE: Verdict = {
  code: 'remote-unreachable',
  sentence: 'Cloudflare has trouble of its own',
  hint: 'Try again in a moment; see https://www.cloudflarestatus.com.',
  retryable: true,
};
const BUSY: Verdict = {
  code: 'conflict',
  sentence: 'somebody else is changing the same thing right now',
  hint: 'Try again in a moment.',
  retryable: true,
};

function refused(sentence: string, hint: string): Verdict {
  return { code: 'remote-refused', sentence, hint };
}

function missing(what: string): Verdict {
  return { code: 'not-found', sentence: `there is no such ${what}` };
}

/**
 * Where an answer holds several codes, the first row that knows one of them decides. Sources: Cloudflare docs,
 * Workers → Platform → Error codes, a page a code; codes under 10000 and 10000 itself come from the gateway
 * before all products.
 */
const ROWS: readonly (readonly [codes: readonly number[], verdict: Verdict])[] = [
  [[10502], TOKEN_BLOCKED],
  [[1000, 6003, 6103, 6111, 9103, 9106], TOKEN_INVALID],
  [[10000, 10023, 9109, 7403], PERMISSION_MISSING],
  [[10007, 10090], missing('Worker script')],
  [[10092], missing('Worker environment')],
  [[10009], missing('route')],
  [
    [7003],
    {
      code: 'not-found',
      sentence: 'Cloudflare knows no zone or account of this id, or the API token may not see it',
      hint: 'Run maint discover to read the zones again.',
    },
  ],
  [[10020], { code: 'conflict', sentence: 'the zone already has a route with this pattern' }],
  [[10040], { code: 'conflict', sentence: 'a Worker of this name exists already' }],
  [[81053, 81054, 81057, 81058], { code: 'conflict', sentence: 'a DNS record like this exists already' }],
  [[10035], BUSY],
  [[10002, 10013, 10014], TROUBLE],
  [[10015], refused('the plan of the account does not include this', MORE_ROOM)],
  [[10016, 10093, 100132], refused('the name of the Worker is not allowed', OUR_BUG)],
  [[10019], refused('the route points at a Worker that does not exist', 'Run the command again.')],
  [[10021, 10068], refused('the Worker did not pass validation', OUR_BUG)],
  [
    [10022],
    refused('the route pattern is not valid', 'A pattern holds the zone; * stands first or last only.'),
  ],
  [[10001, 10003, 10004, 10005, 10006, 10026], refused('Cloudflare could not read the request', OUR_BUG)],
  [[10027], refused('the Worker is too large', 'Make the page smaller; embedded images weigh most.')],
  [
    [10034],
    refused(
      'the email address of the account is not verified',
      'Verify it in the dashboard, then try again.',
    ),
  ],
  [[10037], refused('the account has as many Workers as it may have', MORE_ROOM)],
  [[10052, 10053, 10054, 10055, 10057], refused('a binding of the Worker is not allowed', OUR_BUG)],
  [
    [10063],
    refused('the account has no workers.dev subdomain', 'Open Workers & Pages in the dashboard once.'),
  ],
  [
    [10073],
    refused('the zone has as many routes as it may have (1,000)', 'Delete routes that are not needed.'),
  ],
  [[10142], refused('another Worker is bound to this one', 'Remove its service binding first.')],
  [[100102, 100103], refused('the tags of the Worker are not allowed', OUR_BUG)],
  [[100149], refused('one Worker may have routes in 1,000 zones at most', 'Take fewer sites at a time.')],
  [[7000, 7001], refused('the API has no such address or method', 'Check CLOUDFLARE_API_BASE_URL.')],
];

/** What an answer means: its codes first, then its HTTP status. */
export function verdictOf(status: number, codes: readonly number[], message: string): Verdict {
  if (/invalid access token/i.test(message)) return TOKEN_INVALID;
  // 10001 is a wrong Content-Type to Workers, yet a failed login to the gateway: only its text tells.
  if (codes.includes(10001) && /authenticat/i.test(message)) return TOKEN_INVALID;
  const row = ROWS.find(([known]) => known.some((code) => codes.includes(code)));
  const verdict = row?.[1] ?? byStatus(status);
  // The one refusal for want of permission that may come as 401 (Cloudflare docs, error code 10023).
  if (status === 401 && !codes.includes(10023)) return verdict === TOKEN_BLOCKED ? verdict : TOKEN_INVALID;
  if (status >= 500 && !verdict.retryable) return TROUBLE;
  return verdict;
}

function byStatus(status: number): Verdict {
  if (status === 403) return PERMISSION_MISSING;
  if (status === 404) return missing('thing');
  if (status === 408) return { ...TROUBLE, sentence: 'Cloudflare gave up waiting for the request' };
  if (status === 409) return BUSY;
  return { code: 'remote-refused', sentence: 'Cloudflare refused this' };
}
