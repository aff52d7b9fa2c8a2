/** One HTTP request and its answer, of which no more than 64 KiB are read. */
import type { Dispatcher } from 'undici';

/** What is sent. `origin` is where to connect, the Host header among `headers` whom to ask for. */
export interface Question {
  readonly origin: string;
  readonly path: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** When the status came, on the monotonic clock. */
  readonly firstByteAt: number;
}

export interface Answer extends AnswerHead {
  /** As much as was read, as text. */
  readonly body: () => string;
}

/** What ends a check before its time: an AbortSignal for one listener, at a fraction of the price. */
export interface Cut {
  reason: Error | null;
  listener: ((reason: Error) => void) | null;
}

/** Ends what is under way; the first reason stands. */
export function fire(cut: Cut, reason: Error): void {
  if (cut.reason !== null) return;
  cut.reason = reason;
  cut.listener?.(reason);
}

export interface ExchangeOptions {
  /** Ends the exchange at once. */
  readonly cut: Cut;
  readonly monotonic: () => number;
  /** Told of the head as soon as it is there: the body may never end. */
  readonly onHead: (head: AnswerHead) => void;
}

const BODY_LIMIT = 65_536;

/**
 * Sends and reads. Ends for certain once `cut` fires, with its reason, also while a connection is still being
 * made: undici's own abort waits for that to end.
 *
 * @throws whatever kept the answer from coming
 */
export function exchange(
  dispatcher: Dispatcher,
  question: Question,
  { cut, monotonic, onHead }: ExchangeOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let head: AnswerHead | null = null;
    const chunks: Buffer[] = [];
    let size = 0;
    let settled = false;
    // Whatever comes after the end, such as the abort of a body that was long enough, is another's no more.
    const settle = () => {
      const isFirst = !settled;
      if (isFirst) cut.listener = null;
      settled = true;
      return isFirst;
    };
    const fail = (error: Error) => {
      if (!settle()) return;
      reject(error);
      controller?.abort(error);
    };
    const finish = () => {
      if (!settle()) return;
      if (head === null) reject(new Error('the answer has no head'));
      else resolve({ ...head, body: () => Buffer.concat(chunks).toString('utf8') });
    };
    if (cut.reason !== null) return fail(cut.reason);
    cut.listener = fail;
    dispatcher.dispatch(
      { ...question, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart(given) {
          if (cut.reason !== null) given.abort(cut.reason);
          else controller = given;
        },
        onResponseStart(_controller, status, headers) {
          if (status < 200) return;
          head = { status, headers, firstByteAt: monotonic() };
          onHead(head);
        },
        onResponseData(given, chunk) {
          chunks.push(chunk);
          size += chunk.length;
          if (size < BODY_LIMIT) return;
          finish();
          given.abort(new Error('enough was read'));
        },
        onResponseEnd: finish,
        onResponseError: (_controller, error) => fail(error),
      },
    );
  });
}
