/** Calls to the API: budget, attempt, reading, retry, in this order of nesting from the inside out. */
import * as z from 'zod';
import { requireWritable } from '../../model/read-only.js';
import type { Heard } from '../api.js';
import { type ApiRequest, isRepeatable } from './api-request.js';
import { Limiter, type Turn } from './budget.js';
import { type PageInfo, readEnvelope, readResult } from './envelope.js';
import { CloudflareError, hasCode } from './errors.js';
import { unreadable } from './foreign-answer.js';
import type { CloudflareOptions } from './options.js';
import { createPatience, type Patience } from './patience.js';
import { refusal } from './refusal.js';
import { cleanRay, createQuote } from './remote-text.js';
import { type Answer, createSender, type Sender } from './request.js';
import { withRetries } from './retry.js';
import { remaining } from './retry-after.js';
import { belongsToAccount, bucketOf, cleanToken } from './token.js';

export interface Page<T> {
  readonly result: T;
  readonly info: PageInfo | null;
}

export class Transport {
  readonly #options: CloudflareOptions;
  readonly #sender: Sender;
  readonly #limiter: Limiter;
  readonly #patience: Patience;
  readonly #quote: ReturnType<typeof createQuote>;
  /** Set by the first answer that says the token is bad: more of them would lock the account out. */
  #latched: CloudflareError | null = null;
  #sent = 0;
  #heard: Heard = { clockAheadMs: null, remaining: null };

  /** @throws MaintError `token-missing`, `token-invalid` or `usage`, before anything is opened or sent. */
  constructor(options: CloudflareOptions) {
    const token = cleanToken(options.token);
    this.#options = { ...options, token };
    this.#quote = createQuote(token);
    this.#sender = createSender(this.#options);
    this.#patience = createPatience(options);
    this.#limiter = new Limiter({ ...options, bucket: bucketOf(token), patience: this.#patience });
  }

  get sent(): number {
    return this.#sent;
  }

  /** What the headers of the answers so far told of Cloudflare's clock and rate limit. */
  get heard(): Heard {
    return this.#heard;
  }

  /** Requests that the shared budget has room for now. */
  get budgetLeft(): number {
    return this.#limiter.left;
  }

  /** Whether the token says of itself that it belongs to an account, not to a user. */
  get tokenIsOfAccount(): boolean {
    return belongsToAccount(this.#options.token);
  }

  /**
   * Sends a request and returns the checked result of its envelope.
   * @param readBack For a POST: looks whether a change whose answer was lost was made; see `RetryTask`.
   */
  async call<T>(
    request: ApiRequest,
    schema: z.ZodType<T>,
    readBack?: () => Promise<T | undefined>,
  ): Promise<T> {
    const read = (answer: Answer): T => this.#read(answer, request, schema).result;
    return await this.#exchange(request, read, readBack);
  }

  /** The same with the page information beside the result. */
  async page<T>(request: ApiRequest, schema: z.ZodType<T>): Promise<Page<T>> {
    return await this.#exchange(request, (answer) => this.#read(answer, request, schema));
  }

  /** A call whose result does not matter. */
  async run(request: ApiRequest): Promise<void> {
    await this.call(request, z.unknown());
  }

  /**
   * The answer as it is, for endpoints that answer without an envelope.
   * @param read Returns null for an answer that makes no sense; it is then sent again.
   */
  async raw<T>(request: ApiRequest, read: (answer: Answer) => Promise<T | null>): Promise<T> {
    return await this.#exchange(request, async (answer) => {
      if (answer.status < 200 || answer.status >= 300) throw refusal(answer, request, this.#quote);
      const result = await read(answer);
      if (result === null) throw unreadable(answer, request, this.#quote);
      return result;
    });
  }

  /** Waits unless the run is stopped. */
  async pause(ms: number): Promise<void> {
    await this.#patience.pause(ms);
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  #read<T>(answer: Answer, request: ApiRequest, schema: z.ZodType<T>): Page<T> {
    const envelope = readEnvelope(answer, request, this.#quote);
    const result = readResult(schema, envelope.result, answer, request, this.#quote);
    return { result, info: envelope.page };
  }

  async #exchange<T>(
    request: ApiRequest,
    read: (answer: Answer) => T | Promise<T>,
    readBack?: () => Promise<T | undefined>,
  ): Promise<T> {
    // Questions about the token's permissions change nothing, whatever their method.
    if (request.method !== 'GET' && request.probesToken !== true) {
      requireWritable({ readOnly: this.#options.readOnly ?? false });
    }
    let attempts = 0;
    const attempt = async (): Promise<T> => {
      for (;;) {
        attempts += 1;
        const answer = await this.#send(request, attempts);
        try {
          // A 429 was not carried out and says when to come back: the budget waits, no attempt is used up.
          if (answer.status !== 429) return await read(answer);
          const refused = refusal(answer, request, this.#quote);
          if (hasCode(refused, 10502)) throw refused;
        } catch (error) {
          const told = tellingToken(error, this.#options.tokenSource);
          this.#latch(told, request);
          throw told;
        }
      }
    };
    const { random, onWait } = this.#options;
    return withRetries(
      { attempt, readBack, repeatable: isRepeatable(request) },
      { random, onWait, pause: (ms) => this.#patience.pause(ms) },
    );
  }

  /** One attempt, as soon as the budget has room for it. */
  async #send(request: ApiRequest, attempt: number): Promise<Answer> {
    const turn = await this.#turn();
    const { monotonic, onTrace } = this.#options;
    const start = monotonic();
    let answer: Answer | null = null;
    this.#sent += 1;
    try {
      answer = await this.#sender.send(request);
      this.#heard = heardIn(answer, this.#options.now(), this.#heard);
      return answer;
    } finally {
      turn.done(answer);
      onTrace?.({
        method: request.method,
        path: request.path,
        status: answer?.status ?? null,
        ms: monotonic() - start,
        ray: cleanRay(answer?.headers['cf-ray']) ?? null,
        attempt,
      });
    }
  }

  async #turn(): Promise<Turn> {
    this.#check();
    const turn = await this.#limiter.turn();
    try {
      this.#check();
    } catch (error) {
      turn.done(null);
      throw error;
    }
    return turn;
  }

  /** Nothing is sent after a hard stop, or once the token is known to be bad. */
  #check(): void {
    this.#patience.check();
    if (this.#latched !== null) throw this.#latched;
  }

  #latch(error: unknown, request: ApiRequest): void {
    const bad = error instanceof CloudflareError && error.code === 'token-invalid';
    if (bad && request.probesToken !== true) this.#latched ??= error;
  }
}

/** Where there are several tokens, a refusal must say which of them was refused. */
function tellingToken(error: unknown, source: string | undefined): unknown {
  if (source === undefined || !(error instanceof CloudflareError)) return error;
  if (error.code !== 'token-invalid' && error.code !== 'permission-missing') return error;
  const hint = [error.hint ?? '', `The token is from ${source}.`].join(' ').trim();
  const { status, endpoint, codes, ray, retryable, ambiguous } = error;
  return new CloudflareError(error.code, error.message, {
    ...{ status, endpoint, codes, ray, retryable, ambiguous, hint },
    problems: error.problems,
    cause: error.cause,
  });
}

/** The `Date` of an answer has whole seconds, so half a second is its middle. */
const HALF_A_SECOND_MS = 500;

function heardIn({ headers }: Answer, now: number, before: Heard): Heard {
  const date = Date.parse(headers.date ?? '');
  return {
    clockAheadMs: Number.isNaN(date) ? before.clockAheadMs : now - date - HALF_A_SECOND_MS,
    remaining: remaining(headers) ?? before.remaining,
  };
}
