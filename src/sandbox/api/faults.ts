/** Trouble on order: which calls a fault hits, and what becomes of them. */
import { seededRandom } from '../seeded-random.js';
import type { RecordedRequest } from './recording.js';

export interface CannedAnswer {
  status: number;
  headers?: Record<string, string>;
  /** A string is sent as it is, anything else as JSON. */
  body?: unknown;
}

/** Every condition that is given must hold; every effect that is given takes place. */
export interface Fault {
  /** A method, or `write` for everything but GET and HEAD. */
  method?: string;
  /** Path below /client/v4: `*` stands for anything within a segment, `**` for anything at all. */
  path?: string | RegExp;
  /** Only the nth call that fits the method and the path, counted from 1. */
  nth?: number;
  /** At most this many times. */
  count?: number;
  /** Chance from 0 to 1, drawn from `seed`. */
  probability?: number;
  seed?: number;

  /** Milliseconds before anything else happens. */
  delayMs?: number;
  /** Runs before the call is applied (and again after it): the place to kill a client or to edit routes. */
  hook?: (request: RecordedRequest, when: 'before' | 'after') => void | Promise<void>;
  /** Answered INSTEAD of applying the call. */
  respond?: CannedAnswer;
  /** The connection is reset and the call is not applied. */
  dropBefore?: boolean;
  /** The call is applied and the connection is reset: a lost answer. */
  dropAfter?: boolean;
  /** The call is applied and this is answered instead of the truth. */
  respondAfter?: CannedAnswer;
  /** 409 code 10035 "concurrent modification" instead of applying. */
  concurrentModification?: boolean;
  /** An HTML error page of this status instead of applying. */
  html?: number;
  /** A challenge page, 403 with `cf-mitigated: challenge`, instead of applying. */
  challenge?: boolean;
  /** The call is applied; only the first half of the answer's body is sent, as if it were whole. */
  truncate?: boolean;
  /** The call is applied; the answer's body comes in 8 pieces with this many milliseconds between them. */
  trickleMs?: number;
}

interface ArmedFault {
  id: string;
  fault: Fault;
  path: RegExp | null;
  seen: number;
  hits: number;
  random: () => number;
}

export class FaultList {
  #armed: ArmedFault[] = [];
  #added = 0;

  /** Arms a fault. @returns an id, for the record */
  add(fault: Fault): string {
    const id = `fault-${++this.#added}`;
    const path = typeof fault.path === 'string' ? globToRegExp(fault.path) : (fault.path ?? null);
    this.#armed.push({ id, fault, path, seen: 0, hits: 0, random: seededRandom(fault.seed ?? this.#added) });
    return id;
  }

  clear(): void {
    this.#armed = [];
  }

  /** The first armed fault that hits this call; counting goes on in all of them. */
  match(method: string, path: string): Fault | null {
    const hitting = this.#armed.filter((armed) => fits(armed, method, path)).filter(strikes);
    const first = hitting[0];
    if (!first) return null;
    first.hits += 1;
    return first.fault;
  }
}

function fits(armed: ArmedFault, method: string, path: string): boolean {
  const wanted = armed.fault.method?.toUpperCase();
  if (
    wanted === 'WRITE' ? method === 'GET' || method === 'HEAD' : wanted !== undefined && wanted !== method
  ) {
    return false;
  }
  return armed.path === null || path.search(armed.path) >= 0;
}

function strikes(armed: ArmedFault): boolean {
  const { nth, count, probability } = armed.fault;
  armed.seen += 1;
  if (nth !== undefined && armed.seen !== nth) return false;
  if (count !== undefined && armed.hits >= count) return false;
  return probability === undefined || armed.random() < probability;
}

function globToRegExp(glob: string): RegExp {
  const pieces = glob.split(/(\*\*|\*)/).map((piece) => {
    if (piece === '**') return '.*';
    return piece === '*' ? '[^/]*' : piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${pieces.join('')}$`);
}

/** The answer that takes the place of applying the call, or null where the call goes on. */
export function answerInstead(fault: Fault): CannedAnswer | null {
  if (fault.respond) return fault.respond;
  if (fault.concurrentModification) {
    const message = 'Another request is changing this resource; wait and try again';
    return {
      status: 409,
      body: { success: false, errors: [{ code: 10035, message }], messages: [], result: null },
    };
  }
  if (fault.html !== undefined) {
    return htmlAnswer(
      fault.html,
      `<html><head><title>${fault.html}: error</title></head><body>cloudflare</body></html>`,
    );
  }
  if (fault.challenge) {
    const answer = htmlAnswer(403, '<html><head><title>Just a moment...</title></head><body></body></html>');
    return { ...answer, headers: { ...answer.headers, 'cf-mitigated': 'challenge' } };
  }
  return null;
}

function htmlAnswer(status: number, body: string): CannedAnswer {
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8' }, body };
}
