/** One HTTP request and its answer, of which no more than 64 KiB are read. */
import type { Dispatcher } from 'undici';

/** What is sent. `origin` is where to connect, the Host header among `headers` whom to ask for. */
export interface Question {
  readonly origin: string;
  readonly path: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As much as was read. */
  readonly body: string;
  /** When the status came, on the monotonic clock. */
  readonly firstByteAt: number;
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
  cut: AbortSignal,
  monotonic: () => number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let head: Omit<Answer, 'body'> | null = null;
    const chunks: Buffer[] = [];
    let size = 0;
    const onCut = () => fail(cut.reason as Error);
    const fail = (error: Error) => {
      cut.removeEventListener('abort', onCut);
      reject(error);
      controller?.abort(error);
    };
    const finish = () => {
      cut.removeEventListener('abort', onCut);
      if (head === null) reject(new Error('the answer has no head'));
      else resolve({ ...head, body: Buffer.concat(chunks).toString('utf8') });
    };
    cut.addEventListener('abort', onCut, { once: true });
    dispatcher.dispatch(
      { ...question, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart(given) {
          if (cut.aborted) given.abort(cut.reason as Error);
          else controller = given;
        },
        onResponseStart(_controller, status, headers) {
          if (status >= 200) head = { status, headers, firstByteAt: monotonic() };
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
