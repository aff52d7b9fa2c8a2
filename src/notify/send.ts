/** One message over one channel, once. */

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import { anySignal } from '../model/any-signal.js';
import type { Channel } from './channels.js';
import { type Delivery, payloadFor, textOf } from './payloads.js';

export type Sent =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** A few words without addresses, which are secrets. */
      readonly why: string;
      /** How long the receiver wants to be left alone, in milliseconds. */
      readonly retryAfterMs: number | null;
    };

/** Never rejects. Gives up early where `cut` fires. */
export type Send = (channel: Channel, delivery: Delivery, cut?: AbortSignal) => Promise<Sent>;

export interface Sender {
  readonly send: Send;
  close(): Promise<void>;
}

export interface SenderOptions {
  readonly proxy: { readonly http?: string; readonly https?: string; readonly no?: string };
  readonly userAgent: string;
  /** What a command finds in its environment: without the token. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

/** Shorter than a stop by SIGTERM may take. */
const HTTP_TIMEOUT_MS = 5_000;
const COMMAND_TIMEOUT_MS = 30_000;
const BODY_LIMIT = 65_536;

export function createSender(options: SenderOptions): Sender {
  let opened: Promise<Dispatcher> | null = null;
  const send: Send = async (channel, delivery, cut) => {
    if (channel.type === 'command') return run(channel.command, delivery, options, cut);
    try {
      const url = new URL(channel.url ?? (await readFile(channel.urlFile ?? '', 'utf8')).trim());
      opened ??= openDispatcher(options);
      return await post(url, channel, delivery, { ...options, dispatcher: await opened, cut });
    } catch (error) {
      return failed(reasonOf(error));
    }
  };
  return { send, close: async () => void (await (await opened?.catch(() => null))?.close()) };
}

/** Most commands tell nobody: undici is loaded by the first message. */
async function openDispatcher({ proxy }: SenderOptions): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = (await import('undici')).default;
  const { http, https, no } = proxy;
  if (http === undefined && https === undefined) return new Agent({ connections: 4 });
  return new EnvHttpProxyAgent({
    connections: 4,
    ...(http === undefined ? {} : { httpProxy: http }),
    ...(https === undefined ? {} : { httpsProxy: https }),
    ...(no === undefined ? {} : { noProxy: no }),
  });
}

interface Connection {
  readonly dispatcher: Dispatcher;
  readonly cut: AbortSignal | undefined;
}

function withTimeout(ms: number, cut: AbortSignal | undefined): AbortSignal {
  return anySignal(AbortSignal.timeout(ms), cut);
}

/** Redirects are not followed: what is sent names sites, and goes to nobody but whom a person named. */
async function post(
  url: URL,
  channel: Exclude<Channel, { type: 'command' }>,
  delivery: Delivery,
  { userAgent, now, dispatcher, cut }: SenderOptions & Connection,
): Promise<Sent> {
  const headers = channel.type === 'webhook' ? channel.headers : undefined;
  const answer = await dispatcher.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'user-agent': userAgent },
    body: JSON.stringify(payloadFor(channel.type, delivery)),
    signal: withTimeout(HTTP_TIMEOUT_MS, cut),
  });
  await answer.body.dump({ limit: BODY_LIMIT });
  const { statusCode } = answer;
  if (statusCode >= 200 && statusCode < 300) return { ok: true };
  return failed(`it answered ${statusCode}`, retryAfter(answer.headers['retry-after'], now()));
}

function failed(why: string, retryAfterMs: number | null = null): Sent {
  return { ok: false, why, retryAfterMs };
}

/** Only codes: messages of errors hold addresses. */
function reasonOf(error: unknown): string {
  const { name, code } = error as { name?: string; code?: string };
  if (code === 'ENOENT' || code === 'EACCES') return 'its urlFile cannot be read';
  if (code === 'ERR_INVALID_URL') return 'its urlFile holds no URL';
  if (name === 'TimeoutError' || name === 'AbortError') return 'it did not answer in time';
  return code === undefined ? 'it cannot be reached' : `it cannot be reached (${code})`;
}

/** Seconds, which Discord gives with decimals, or a date. */
function retryAfter(header: string | readonly string[] | undefined, now: Date): number | null {
  if (typeof header !== 'string') return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now.getTime();
  return Number.isFinite(ms) && ms > 0 ? Math.ceil(ms) : null;
}

/**
 * The generic JSON document on standard input, title and text in MAINT_TITLE and MAINT_TEXT. No shell reads
 * the words of the command.
 */
function run(
  [file = '', ...words]: readonly string[],
  delivery: Delivery,
  options: SenderOptions,
  cut: AbortSignal | undefined,
): Promise<Sent> {
  return new Promise((resolve) => {
    const { message } = delivery;
    const child = spawn(file, words, {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...options.environment, MAINT_TITLE: message.title, MAINT_TEXT: textOf(message) },
    });
    const kill = () => void child.kill('SIGKILL');
    const limit = withTimeout(COMMAND_TIMEOUT_MS, cut);
    limit.addEventListener('abort', kill, { once: true });
    const end = (sent: Sent) => {
      limit.removeEventListener('abort', kill);
      resolve(sent);
    };
    child.on('error', ({ code }: NodeJS.ErrnoException) => end(failed(`it cannot be started (${code})`)));
    child.on('exit', (code, signal) =>
      end(code === 0 ? { ok: true } : failed(`it ended with ${code ?? signal}`)),
    );
    // A command need not read what it is given.
    child.stdin.on('error', () => {});
    child.stdin.end(`${JSON.stringify(payloadFor('command', delivery))}\n`);
  });
}
