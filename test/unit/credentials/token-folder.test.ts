import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTokenFolder, requireTokenName, type TokenFacts } from '../../../src/credentials/token-folder.js';

const FACTS: TokenFacts = {
  kind: 'user',
  status: 'active',
  expiresOn: null,
  only: null,
  accounts: [{ id: 'a1', name: 'Acme', zones: 3 }],
  checkedAt: '2026-11-23T12:00:00.000Z',
};

let home: string;
let folder: string;
let umask: number;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'maint-tokens-'));
  folder = path.join(home, 'maint', 'tokens');
  umask = process.umask(0);
});
afterEach(() => {
  process.umask(umask);
  rmSync(home, { recursive: true, force: true });
});
const modeOf = (file: string) => statSync(file).mode & 0o777;

describe('a token folder', () => {
  it('is empty where it is not there', () => {
    expect(openTokenFolder(folder).names()).toEqual([]);
    expect(() => openTokenFolder(folder).read('west')).toThrow("There is no token 'west'");
  });

  it('keeps files of their owner alone, whatever the umask, and leaves no draft', () => {
    const tokens = openTokenFolder(folder);
    tokens.write('west', 'secret-1');
    tokens.writeFacts('west', FACTS);
    expect([modeOf(folder), modeOf(path.join(folder, 'west'))]).toEqual([0o700, 0o600]);
    expect(readdirSync(folder).sort()).toEqual(['west', 'west.json']);
    expect([tokens.names(), tokens.read('west'), tokens.facts('west')]).toEqual([
      ['west'],
      'secret-1',
      FACTS,
    ]);
    expect(readFileSync(path.join(folder, 'west.json'), 'utf8')).not.toContain('secret');
  });

  it('replaces a token whole, over the draft of a run that was killed and never through a link', () => {
    const tokens = openTokenFolder(folder);
    tokens.write('west', 'old');
    const elsewhere = path.join(home, 'elsewhere');
    writeFileSync(elsewhere, 'untouched');
    symlinkSync(elsewhere, path.join(folder, '.west.new'));
    tokens.write('west', 'new');
    expect(tokens.read('west')).toBe('new');
    expect(readFileSync(elsewhere, 'utf8')).toBe('untouched');
  });

  it.each([0o640, 0o604, 0o620])('refuses a file of mode %o, and says how to close it', (mode) => {
    const tokens = openTokenFolder(folder);
    tokens.write('west', 'secret');
    const file = path.join(folder, 'west');
    chmodSync(file, mode);
    expect(() => tokens.read('west')).toThrow(
      expect.objectContaining({ code: 'token-exposed', hint: expect.stringContaining(`chmod 600 ${file}`) }),
    );
  });

  it('takes a token that was put there by hand, of which nothing is known', () => {
    const tokens = openTokenFolder(folder);
    tokens.write('west', 'x');
    writeFileSync(path.join(folder, 'hand'), '  by-hand\n\n', { mode: 0o600 });
    writeFileSync(path.join(folder, 'west.json'), '{"kind": 1}');
    expect([tokens.read('hand'), tokens.facts('hand'), tokens.facts('west')]).toEqual([
      'by-hand',
      null,
      null,
    ]);
    expect(tokens.names()).toEqual(['hand', 'west']);
  });

  it.each([
    ['empty', ''],
    ['far too long', 'x'.repeat(5000)],
  ])('refuses a file that is %s', (_what, text) => {
    const tokens = openTokenFolder(folder);
    tokens.write('west', 'x');
    writeFileSync(path.join(folder, 'west'), text);
    expect(() => tokens.read('west')).toThrow('holds no token');
  });

  it('takes no folder and no pipe for a token, and waits for neither', () => {
    const tokens = openTokenFolder(folder);
    tokens.write('east', 'x');
    mkdirSync(path.join(folder, 'west'));
    const made = spawnSync('mkfifo', ['-m', '600', path.join(folder, 'south'), path.join(home, 'pipe')]);
    expect(made.status).toBe(0);
    symlinkSync(path.join(home, 'pipe'), path.join(folder, 'north'));
    expect(tokens.names()).toEqual(['east', 'north']);
    for (const name of ['west', 'south', 'north']) expect(() => tokens.read(name)).toThrow('is no file');
    expect(tokens.remove('west')).toBe(false);
  });

  it('forgets a token with what was known of it', () => {
    const tokens = openTokenFolder(folder);
    tokens.write('west', 'x');
    tokens.writeFacts('west', FACTS);
    expect([tokens.remove('west'), tokens.remove('west')]).toEqual([true, false]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

it.each(['', 'West', '../west', 'a/b', '-x', 'a.json', 'x'.repeat(64)])('refuses the name %j', (name) => {
  expect(() => requireTokenName(name)).toThrow('is no name for a token');
});
