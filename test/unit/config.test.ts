import { describe, expect, it } from 'vitest';
import { type ConfigFlags, loadConfig, readBounded } from '../../src/config.js';
import { MaintError } from '../../src/model/errors.js';

type Files = Readonly<Record<string, string>>;

function load(env: Record<string, string> = {}, flags: ConfigFlags = {}, files: Files = {}) {
  return loadConfig(flags, env, {
    homedir: () => '/home/ada',
    username: () => 'ada',
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' });
      return text;
    },
  });
}

function failure(...args: Parameters<typeof load>): MaintError {
  try {
    load(...args);
  } catch (error) {
    if (error instanceof MaintError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const SETTINGS = '/home/ada/.config/maint/config.json';

describe('loadConfig', () => {
  it('has defaults for everything', () => {
    expect(load()).toEqual({
      token: null,
      tokenSource: null,
      tokenFile: null,
      tokenFolder: '/home/ada/.config/maint/tokens',
      accountId: null,
      domain: null,
      baseUrl: 'https://api.cloudflare.com/client/v4',
      dbPath: '/home/ada/.local/state/maint/maint.db',
      actor: 'ada',
      connectTo: null,
      proxy: {},
      maxWaitMs: 600_000,
      readOnly: false,
      notify: [],
    });
  });

  it('prefers flags to the environment and that to the settings file', () => {
    const files = {
      [SETTINGS]: JSON.stringify({ db: '/file.db', actor: 'file', maxWait: '3m', accountId: 'f' }),
    };
    const env = { MAINT_DB: '/env.db', MAINT_ACTOR: 'env' };
    const config = load(env, { db: '/flag.db' }, files);
    expect(config).toMatchObject({ dbPath: '/flag.db', actor: 'env', maxWaitMs: 180_000, accountId: 'f' });
  });

  it.each([
    [{ CLOUDFLARE_API_TOKEN: 'a', CF_API_TOKEN: 'b' }, 'a', 'CLOUDFLARE_API_TOKEN'],
    [{ CLOUDFLARE_API_TOKEN: '', CF_API_TOKEN: ' b\n' }, 'b', 'CF_API_TOKEN'],
    [{ CLOUDFLARE_API_TOKEN_FILE: '/token' }, 'c', 'CLOUDFLARE_API_TOKEN_FILE (/token)'],
  ])('takes the token of %j', (env, token, tokenSource) => {
    expect(load(env, {}, { '/token': ' c\n' })).toMatchObject({ token, tokenSource });
    expect(load(env, { apiToken: 'flag' })).toMatchObject({ token: 'flag', tokenSource: '--api-token' });
  });

  it.each([['missing'], ['empty']])('refuses a %s token file', (kind) => {
    const files: Files = kind === 'empty' ? { '/token': ' \n' } : {};
    expect(failure({ CLOUDFLARE_API_TOKEN_FILE: '/token' }, {}, files)).toMatchObject({
      code: 'token-missing',
    });
  });

  it.each([
    ['http://127.0.0.1:8787/client/v4/', 'http://127.0.0.1:8787/client/v4'],
    ['http://[::1]:8787', 'http://[::1]:8787'],
    ['https://proxy.example/v4', 'https://proxy.example/v4'],
  ])('takes the base URL %s', (text, baseUrl) => {
    expect(load({ CLOUDFLARE_BASE_URL: text }).baseUrl).toBe(baseUrl);
  });

  it.each([
    'http://api.example',
    'ftp://x',
    'nonsense',
    'https://u:secret@x.example',
    'https://x.example/?a=1',
  ])('refuses the base URL %s', (text) => {
    const error = failure({ CLOUDFLARE_API_BASE_URL: text });
    expect(error.code).toBe('usage');
    expect(JSON.stringify(error.problems)).not.toContain('secret');
  });

  it.each([
    ['127.0.0.1:80', { host: '127.0.0.1', port: 80 }],
    ['[::1]:8443', { host: '::1', port: 8443 }],
  ])('connects to %s', (text, connectTo) => {
    expect(load({ MAINT_CONNECT_TO: text }).connectTo).toEqual(connectTo);
  });

  it('collects every problem', () => {
    const env = { MAINT_CONNECT_TO: '::1:80', CLOUDFLARE_API_BASE_URL: 'x' };
    const error = failure(env, { maxWait: '10' }, { [SETTINGS]: '{"aktor":"x","db":1}' });
    expect(error.problems).toHaveLength(5);
    expect(error.problems[0]).toContain("Did you mean 'actor'?");
  });

  it('quotes nothing of a settings file that is no JSON: it may hold a token', () => {
    const [problem] = failure({}, {}, { [SETTINGS]: '{"token": cfut_abcdefghij }' }).problems;
    expect(problem).toMatch(/is not valid JSON(\.|, from character \d+ on\.)$/);
  });

  it('takes readOnly from the settings, as a truth value only', () => {
    expect(load({}, {}, { [SETTINGS]: '{"readOnly":true}' }).readOnly).toBe(true);
    const error = failure({}, {}, { [SETTINGS]: '{"readOnly":"yes"}' });
    expect(error.problems).toEqual([`${SETTINGS}: 'readOnly' must be true or false.`]);
  });

  it.each(['{', '[]', 'null'])('refuses the settings file %s', (text) => {
    expect(failure({}, {}, { [SETTINGS]: text }).problems[0]).toContain(SETTINGS);
  });

  it('ignores relative XDG folders, as their specification says', () => {
    expect(load({ XDG_STATE_HOME: 'here' }).dbPath).toBe('/home/ada/.local/state/maint/maint.db');
    expect(load({ XDG_STATE_HOME: '/state' }).dbPath).toBe('/state/maint/maint.db');
  });

  it('reads proxies, lower case first', () => {
    const env = { https_proxy: 'http://a', HTTPS_PROXY: 'http://b', NO_PROXY: 'localhost' };
    expect(load(env).proxy).toEqual({ https: 'http://a', no: 'localhost' });
  });
});

describe('readBounded', () => {
  it('never holds more than it was told to, whatever size a file claims', () => {
    expect(() => readBounded('/dev/zero', 1_000)).toThrow(RangeError);
    expect(readBounded('/dev/null', 1_000)).toHaveLength(0);
    expect(readBounded('package.json', 100_000).toString()).toContain('"maint"');
  });
});
