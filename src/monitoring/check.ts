/** One look at a target over a pool of connections that all checks share. */
import { lookup } from 'node:dns';
import { lookup as resolve } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import type { CheckResult, Target } from '../model/target.js';
import { addressOf, openPool, type SiteAccess } from '../visit/site-access.js';
import { type Answer, type AnswerHead, type Cut, exchange, fire } from './exchange.js';
import { BadRedirect, CheckTimeout, judgeAnswer, judgeError } from './judge.js';
import { isPrivateAddress, PrivateAddress, publicOnly } from './private-addresses.js';
import type { Checker, Header } from './types.js';

export interface CheckerOptions extends SiteAccess {
  readonly userAgent: string;
  /** Connections to one address at most; the caller bounds how many checks run at once. */
  readonly connections: number;
  readonly clock: () => Date;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
}

const MAX_REDIRECTS = 5;

/** The pools are opened by the first check. */
export function createChecker(options: CheckerOptions): Checker {
  const connects = new Map<string, Connect>();
  const around = timingConnects(connects, options.monotonic);
  const { connections } = options;
  const openPools = async (): Promise<Pools> => ({
    open: await openPool(options, { connections, around }),
    publicOnly: await openPool(options, { connections, around, lookup: publicOnly(lookup) }),
  });
  let opened: Promise<Pools> | null = null;
  return {
    check: async (target, bypass, signal) => {
      opened ??= openPools();
      const tools: Tools = { options, pools: await opened, connects };
      return check(tools, target, bypass, signal);
    },
    close: async () => {
      const pools = await opened?.catch(() => null);
      await Promise.all([pools?.open.destroy(), pools?.publicOnly.destroy()]);
    },
  };
}

interface Pools {
  readonly open: Dispatcher;
  /** Connects to public addresses only: for where strangers may send us. */
  readonly publicOnly: Dispatcher;
}

interface Tools {
  readonly options: CheckerOptions;
  readonly pools: Pools;
  readonly connects: Map<string, Connect>;
}

/** The newest connection made to a host: when it stood, and how long that took. */
interface Connect {
  readonly at: number;
  readonly ms: number;
}

/** undici does not tell a request which connection it got; a connection that was made meanwhile is its own. */
function timingConnects(connects: Map<string, Connect>, monotonic: () => number) {
  return (connect: buildConnector.connector): buildConnector.connector =>
    (options, callback) => {
      const started = monotonic();
      connect(options, (...outcome) => {
        const at = monotonic();
        if (outcome[0] === null) connects.set(options.host ?? options.hostname, { at, ms: at - started });
        callback(...outcome);
      });
    };
}

async function check(
  tools: Tools,
  target: Target,
  bypass: Header | null,
  signal?: AbortSignal,
): Promise<CheckResult> {
  const { clock, monotonic } = tools.options;
  const at = clock().toISOString();
  const started = monotonic();
  const cut: Cut = { reason: null, listener: null };
  const timer = setTimeout(() => fire(cut, new CheckTimeout('no answer')), target.timeoutMs);
  const onStop = () => fire(cut, signal?.reason as Error);
  signal?.addEventListener('abort', onStop, { once: true });
  const seen: Seen = { head: null, connectMs: null };
  const spent = (moment: number) => Math.round(moment - started);
  try {
    signal?.throwIfAborted();
    const judgement = await look(tools, target, bypass, cut, seen).then(
      (answer) => judgeAnswer(target, answer),
      (error: unknown) => {
        signal?.throwIfAborted();
        return judgeError(error);
      },
    );
    const { head, connectMs } = seen;
    return {
      targetId: target.id,
      at,
      ...judgement,
      statusCode: head?.status ?? null,
      connectMs,
      firstByteMs: head === null ? null : spent(head.firstByteAt),
      totalMs: spent(monotonic()),
    };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onStop);
  }
}

/** What was seen before a check ended, well or not. */
interface Seen {
  head: AnswerHead | null;
  connectMs: number | null;
}

/** Asks, and follows redirects to the answer at their end. */
async function look(
  tools: Tools,
  target: Target,
  bypass: Header | null,
  cut: Cut,
  seen: Seen,
): Promise<Answer> {
  const first = new URL(target.url);
  let url = first;
  let method = target.method;
  let isGuarded = false;
  for (let hop = 0; ; hop += 1) {
    const isOwn = url.origin === first.origin;
    const headers = headersFor(tools, target, isOwn ? bypass : null, isOwn);
    const pool = isGuarded ? tools.pools.publicOnly : tools.pools.open;
    const answer = await ask(tools, pool, { url, method, headers }, cut, seen);
    const next = nextHop(target, answer, url);
    if (next === null) return answer;
    if (hop >= MAX_REDIRECTS) throw new BadRedirect(`redirects more than ${MAX_REDIRECTS} times`);
    isGuarded ||= await isPublic(tools, url);
    if (isGuarded && isPrivateAddress(next.hostname)) throw new PrivateAddress(next.hostname);
    if (method === 'POST' && answer.status < 307) method = 'GET';
    url = next;
  }
}

/** A check that asks for 3xx itself wants to see the redirect; every other is followed to its end. */
function nextHop({ expectStatus }: Target, { status, headers }: Answer, from: URL): URL | null {
  const location = headers.location;
  if (![301, 302, 303, 307, 308].includes(status) || typeof location !== 'string') return null;
  const wantsRedirect = !expectStatus.some(([low, high]) => low < 300 && high >= 200);
  if (wantsRedirect) return null;
  const next = URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (next === null || !/^https?:$/.test(next.protocol)) {
    throw new BadRedirect('redirects to an address that is not http(s)');
  }
  return next;
}

/** A name is public unless all that it leads to is private; where a proxy or `connectTo` stands between, always. */
async function isPublic({ options }: Tools, { hostname }: URL): Promise<boolean> {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return !isPrivateAddress(bare);
  if (options.connectTo !== null) return true;
  try {
    const found = await resolve(bare, { all: true });
    return !found.every(({ address }) => isPrivateAddress(address));
  } catch {
    return true;
  }
}

/** Secrets that a person gave for the target's own origin are sent nowhere else. */
function headersFor(
  { options }: Tools,
  target: Target,
  bypass: Header | null,
  isOwn: boolean,
): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': options.userAgent,
    accept: '*/*',
    'accept-encoding': 'identity',
    'cache-control': 'no-cache',
  };
  if (isOwn) {
    for (const [name, value] of Object.entries(target.headers)) headers[name.toLowerCase()] = value;
  }
  if (bypass !== null) headers[bypass.name] = bypass.value;
  return headers;
}

interface Hop {
  readonly url: URL;
  readonly method: Target['method'];
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * One request. Where a connection that had been open was closed under it, it is asked once more: that says
 * something about the connection and nothing about the site.
 */
async function ask(
  tools: Tools,
  pool: Dispatcher,
  { url, method, headers }: Hop,
  cut: Cut,
  seen: Seen,
): Promise<Answer> {
  const { options, connects } = tools;
  const { origin, host } = addressOf(url, options);
  const started = options.monotonic();
  const question = { origin, path: `${url.pathname}${url.search}`, method, headers: { host, ...headers } };
  const address = origin.slice(origin.indexOf('//') + 2);
  const madeSince = () => {
    const connect = connects.get(address);
    return connect !== undefined && connect.at >= started ? connect.ms : null;
  };
  const onHead = (head: AnswerHead) => {
    seen.head = head;
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await exchange(pool, question, { cut, monotonic: options.monotonic, onHead });
    } catch (error) {
      const isStale = madeSince() === null && judgeError(error).error === 'reset';
      if (!isStale || method === 'POST' || attempt > 1) throw error;
    } finally {
      const made = madeSince();
      if (made !== null) seen.connectMs ??= Math.round(made);
    }
  }
}
