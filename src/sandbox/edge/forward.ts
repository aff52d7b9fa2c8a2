/** Sends a visitor's request on, to workerd or to the origins, and their answer back. */
import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { headerPairs, type Visitor } from './visitor.js';

/** Of one connection only, or set anew by the edge. */
const NOT_RETURNED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'server', 'cf-ray']);
/** How long the rest of a large upload waits for an answer that may make it pointless. */
const UPLOAD_PAUSE_MS = 200;

/**
 * Streams both ways and resolves to null when the answer is complete or the visitor has gone. Resolves to
 * the answer itself, unread and with nothing sent to the visitor, when `isOurs` says that the caller wants
 * to answer in its place.
 *
 * @param headers sent besides the visitor's
 * @throws Error when no answer came; nothing has been sent to the visitor then
 */
export function forward(
  visitor: Visitor,
  port: number,
  headers: Record<string, string>,
  [req, res]: [IncomingMessage, ServerResponse],
  isOurs: (answer: IncomingMessage) => boolean = () => false,
): Promise<IncomingMessage | null> {
  return new Promise((resolve, reject) => {
    const onward = request({
      host: '127.0.0.1',
      port,
      method: visitor.method,
      path: visitor.url.pathname + visitor.url.search,
      headers: [...visitor.headers, ...Object.entries(headers).flat()],
      // workerd closes idle connections by itself; a fresh one cannot be closed under a request.
      agent: false,
    });
    // After the answer has begun this changes nothing that the visitor sees: an upload may then break off.
    let answered = false;
    onward.on('error', (error) => {
      if (!answered) reject(error);
    });
    onward.once('upgrade', (_answer, socket) => {
      socket.destroy();
      reject(new Error('the sandbox carries no WebSocket'));
    });
    onward.once('response', (answer) => {
      answered = true;
      if (isOurs(answer)) return resolve(answer);
      returnAnswer(answer, visitor.ray, res);
    });
    res.once('close', () => {
      onward.destroy();
      resolve(null);
    });
    upload(req, onward);
  });
}

/**
 * Sends the body on. Of a large one the rest waits for a moment: a Worker that does not read it answers at
 * once, then workerd closes the connection, and an answer that Node has not read before its next write
 * fails would be lost.
 */
function upload(req: IncomingMessage, onward: ClientRequest): void {
  let begun = false;
  const pause = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, UPLOAD_PAUSE_MS);
    onward.once('response', resolve).once('close', () => clearTimeout(timer));
  });
  const gate = new Transform({
    transform(chunk, _encoding, done) {
      if (begun) void pause.then(() => done(null, chunk));
      else done(null, chunk);
      begun = true;
    },
  });
  req.pipe(gate).pipe(onward);
  onward.once('close', () => {
    req.unpipe(gate);
    req.resume();
  });
}

/** Bodies pass as they are, compressed or not. */
function returnAnswer(answer: IncomingMessage, ray: string, res: ServerResponse): void {
  const kept = headerPairs(answer.rawHeaders).filter(([name]) => !NOT_RETURNED.has(name.toLowerCase()));
  res.writeHead(answer.statusCode ?? 502, [...kept.flat(), 'server', 'cloudflare', 'cf-ray', ray]);
  answer.pipe(res);
  answer.once('error', () => res.destroy());
}
