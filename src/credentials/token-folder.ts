/** Named API tokens as files of their owner alone: `<name>` holds the token, `<name>.json` what was seen of it. */
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { MaintError } from '../model/errors.js';

/** What Cloudflare told of a token when it was last asked. Holds nothing secret. */
const facts = z.object({
  kind: z.enum(['user', 'account']),
  status: z.string(),
  /** RFC 3339, or null for a token without an end. */
  expiresOn: z.string().nullable(),
  /** The one account that it was added for; null where it serves all it sees. */
  only: z.string().nullable(),
  accounts: z.array(z.object({ id: z.string(), name: z.string(), zones: z.int() })),
  checkedAt: z.string(),
});
export type TokenFacts = z.infer<typeof facts>;

export interface TokenFolder {
  readonly path: string;
  /** Sorted. */
  names(): readonly string[];
  /**
   * The token.
   * @throws MaintError `token-missing` where there is none, `token-exposed` where others than its owner may read it
   */
  read(name: string): string;
  /** Null where the token was put there by hand and nobody has asked Cloudflare yet. */
  facts(name: string): TokenFacts | null;
  write(name: string, token: string): void;
  writeFacts(name: string, seen: TokenFacts): void;
  /** Whether there was one. */
  remove(name: string): boolean;
}

const TOKEN_NAME = /^[a-z0-9](?:[a-z0-9-]{0,62})$/;
/** More than this is no token. */
const TOKEN_BYTES = 4096;

/** The name as given. @throws MaintError `usage` */
export function requireTokenName(name: string): string {
  if (TOKEN_NAME.test(name)) return name;
  throw new MaintError('usage', `'${name}' is no name for a token.`, {
    hint: 'Use up to 63 small letters, digits and dashes, the first no dash: agency-west.',
  });
}

/** The folder is made, at 0700, when the first token is written; every file in it is 0600. */
export function openTokenFolder(folder: string): TokenFolder {
  const fileOf = (name: string) => path.join(folder, requireTokenName(name));
  return {
    path: folder,
    names: () => namesIn(folder),
    read: (name) => readToken(folder, fileOf(name), name),
    facts: (name) => readFacts(`${fileOf(name)}.json`),
    write: (name, token) => replaceFile(folder, fileOf(name), `${token}\n`),
    writeFacts: (name, seen) =>
      replaceFile(folder, `${fileOf(name)}.json`, `${JSON.stringify(seen, null, 2)}\n`),
    remove: (name) => {
      const file = fileOf(name);
      if (!namesIn(folder).includes(name)) return false;
      rmSync(file, { force: true });
      rmSync(`${file}.json`, { force: true });
      return true;
    },
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => TOKEN_NAME.test(entry.name) && (entry.isFile() || entry.isSymbolicLink()))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
    throw new MaintError('token-missing', `The folder of tokens ${folder} cannot be read.`, { cause: error });
  }
}

function readToken(folder: string, file: string, name: string): string {
  let descriptor: number;
  try {
    // Without waiting: a pipe of this name would hold everything up.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw unknownToken(name);
    throw new MaintError('token-missing', `The token file ${file} cannot be read.`, { cause: error });
  }
  try {
    refuseExposed(statSync(folder).mode, folder, '700');
    // Of the file that is open, not of whatever has its name by then.
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw new MaintError('token-missing', `${file} is no file, so it holds no token.`);
    refuseExposed(found.mode, file, '600');
    const buffer = Buffer.alloc(TOKEN_BYTES + 1);
    const token = buffer.toString('utf8', 0, readSync(descriptor, buffer)).trim();
    if (token !== '' && token.length <= TOKEN_BYTES) return token;
    throw new MaintError('token-missing', `The token file ${file} holds no token.`, {
      hint: `'maint auth add ${name}' writes it anew.`,
    });
  } finally {
    closeSync(descriptor);
  }
}

/** A secret that others could read is no longer one: it is not used until somebody has looked at it. */
function refuseExposed(mode: number, file: string, wanted: string): void {
  if ((mode & 0o077) === 0) return;
  throw new MaintError('token-exposed', `${file} is open to other users of this machine.`, {
    hint: `chmod ${wanted} ${file}, and replace the token at Cloudflare if somebody may have read it.`,
  });
}

/** The error for a name that no token has here. */
export function unknownToken(name: string): MaintError {
  return new MaintError('token-missing', `There is no token '${name}' on this machine.`, {
    hint: `'maint auth add ${name}' adds it; 'maint auth list' shows those that are there.`,
  });
}

function readFacts(file: string): TokenFacts | null {
  try {
    return facts.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
  } catch {
    // What is only remembered can be asked for again.
    return null;
  }
}

/** Writes a whole new file beside the old one and renames it, so that no half of a token is ever read. */
function replaceFile(folder: string, file: string, content: string): void {
  const draft = path.join(folder, `.${path.basename(file)}.new`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    // Left by a run that was killed; `wx` then still refuses to write through somebody's link.
    rmSync(draft, { force: true });
    const descriptor = openSync(draft, 'wx', 0o600);
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new MaintError('failed', `${file} cannot be written (${codeOf(error)}).`, {
      hint: 'Check the owner and mode of its folder.',
      cause: error,
    });
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
