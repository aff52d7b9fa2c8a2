/** The one shape of every JSON answer, and the errors that become one. Source: Cloudflare API, "Responses". */

/** One item of `errors[]`. */
export interface ApiProblem {
  code: number;
  message: string;
  error_chain?: ApiProblem[];
  source?: { pointer: string };
}

export interface ResultInfo {
  page: number;
  per_page: number;
  count: number;
  total_count: number;
  total_pages: number;
}

/** What an endpoint gives back: an envelope to be sent as JSON, or a raw body. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Thrown by an endpoint to answer with `success: false`. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    readonly problems: ApiProblem[],
    readonly headers: Record<string, string> = {},
  ) {
    super(problems.map((problem) => `${problem.code} ${problem.message}`).join('; '));
  }
}

/** A refusal with one code: `throw refuse(404, 10009, 'This route does not exist')`. */
export function refuse(status: number, code: number, message: string): ApiRefusal {
  return new ApiRefusal(status, [{ code, message }]);
}

function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** `success: true` around a result, with `result_info` where the endpoint is paged. */
export function succeed(result: unknown, info?: ResultInfo): Answer {
  const envelope = { success: true, errors: [], messages: [], result };
  return json(200, info ? { ...envelope, result_info: info } : envelope);
}

/** `success: false` with the refusal's problems and an empty result. */
export function answerRefusal(refusal: ApiRefusal): Answer {
  const envelope = { success: false, errors: refusal.problems, messages: [], result: null };
  return json(refusal.status, envelope, refusal.headers);
}
