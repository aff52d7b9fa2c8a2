/**
 * Results of checks as bytes, some eight each: an hour of a target is one row, so that 500 targets a minute stay
 * below 250 MB in 30 days. A record is a head byte (verdict, which fields follow, class of error), the offset
 * in its hour in three bytes, then as varints the status code where it is not 200, the milliseconds to connect
 * and to the first byte where there are any, and what the whole took beyond that.
 */
import { CHECK_ERRORS, type CheckResult } from '../model/target.js';

export const HOUR_MS = 3_600_000;

const VERDICTS = ['success', 'failure', 'excused'] as const satisfies readonly CheckResult['verdict'][];

/** Which hour a moment is in, counted from 1970. */
export function hourOf(at: string): number {
  return Math.floor(Date.parse(at) / HOUR_MS);
}

/** Head byte: two bits of verdict, two flags of status, two of times; a byte of error class where it failed. */
const HAS_STATUS = 4;
const STATUS_IS_200 = 8;
const HAS_CONNECT = 16;
const HAS_FIRST_BYTE = 32;
const HAS_ERROR = 64;

/** One record. Times are kept in whole milliseconds; the detail is not kept. */
export function packResult(result: CheckResult): Buffer {
  const { verdict, statusCode, error, connectMs, firstByteMs, totalMs } = result;
  const offset = Date.parse(result.at) % HOUR_MS;
  const flags =
    (statusCode === null ? 0 : HAS_STATUS) |
    (statusCode === 200 ? STATUS_IS_200 : 0) |
    (connectMs === null ? 0 : HAS_CONNECT) |
    (firstByteMs === null ? 0 : HAS_FIRST_BYTE) |
    (error === null ? 0 : HAS_ERROR);
  const bytes = [VERDICTS.indexOf(verdict) | flags, offset & 255, (offset >> 8) & 255, offset >> 16];
  if (error !== null) bytes.push(CHECK_ERRORS.indexOf(error));
  if (statusCode !== null && statusCode !== 200) pushVarint(bytes, statusCode);
  if (connectMs !== null) pushVarint(bytes, Math.round(connectMs));
  const first = firstByteMs === null ? 0 : Math.round(firstByteMs);
  if (firstByteMs !== null) pushVarint(bytes, first);
  pushVarint(bytes, Math.max(0, Math.round(totalMs) - first));
  return Buffer.from(bytes);
}

/** What a record holds; `offset` is in milliseconds from the beginning of its hour. */
export interface PackedResult extends Omit<CheckResult, 'targetId' | 'at' | 'detail'> {
  readonly offset: number;
}

/** The records of a row, in the order in which they were written. Stops at bytes that make no record. */
export function unpackResults(bytes: Uint8Array): PackedResult[] {
  const reader = { bytes, at: 0 };
  const results: PackedResult[] = [];
  while (reader.at + 4 < bytes.length) results.push(unpackOne(reader));
  return results;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function unpackOne(reader: Reader): PackedResult {
  const head = readByte(reader);
  const offset = readByte(reader) | (readByte(reader) << 8) | (readByte(reader) << 16);
  const error = head & HAS_ERROR ? (CHECK_ERRORS[readByte(reader)] ?? null) : null;
  const statusCode = head & HAS_STATUS ? (head & STATUS_IS_200 ? 200 : readVarint(reader)) : null;
  const connectMs = head & HAS_CONNECT ? readVarint(reader) : null;
  const firstByteMs = head & HAS_FIRST_BYTE ? readVarint(reader) : null;
  const totalMs = (firstByteMs ?? 0) + readVarint(reader);
  const verdict = VERDICTS[head & 3] ?? 'excused';
  return { offset, verdict, statusCode, error, connectMs, firstByteMs, totalMs };
}

function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.at] ?? 0;
  reader.at += 1;
  return byte;
}

/** Seven bits a byte, the lowest first; the high bit says that more follow. */
function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
}

function readVarint(reader: Reader): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = readByte(reader);
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) break;
  }
  return value;
}
