/** Holds the code against the drawing in ARCHITECTURE.md: arrows, cycles, sizes, and what may be touched where. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../src');

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
  /** `import()`: loaded when it is used, so it never meets a module that is half loaded. */
  readonly lazy: boolean;
}

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.generated.ts') && !path.endsWith('.d.ts'))
  .map((path): Source => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return { path: path.replaceAll('\\', '/'), text, imports: importsOf(path, text) };
  });

function importsOf(path: string, text: string): Import[] {
  const statements = text.matchAll(/^(import|export)\s+(type\s)?([\s\S]*?)\sfrom\s+'(\.[^']+)'/gm);
  const found = [...statements].map(([, , type, names, target]) => {
    const listed = /^\{([\s\S]*)\}$/
      .exec((names ?? '').trim())?.[1]
      ?.split(',')
      .filter((name) => name.trim() !== '');
    const typeOnly =
      type !== undefined || (listed?.every((name) => name.trim().startsWith('type ')) ?? false);
    return { target: resolveImport(path, target ?? ''), typeOnly, lazy: false };
  });
  const plain = (lazy: boolean) => (match: RegExpMatchArray) => ({
    target: resolveImport(path, match[1] ?? ''),
    typeOnly: false,
    lazy,
  });
  const bare = [...text.matchAll(/^import\s+'(\.[^']+)'/gm)].map(plain(false));
  const lazy = [...text.matchAll(/import\('(\.[^']+)'\)/g)].map(plain(true));
  return [...found, ...bare, ...lazy];
}

function resolveImport(from: string, target: string): string {
  const absolute = resolve(ROOT, dirname(from), target);
  return relative(ROOT, absolute).replaceAll('\\', '/').replace(/\.js$/, '.ts');
}

/** The folder a file belongs to; files at the top stand for themselves. */
const folderOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : path);

/** Who may import whom. `maint.ts` joins the parts, `cli` talks to people; both may see everything below. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  worker: ['model'],
  store: ['package-files.ts', 'model'],
  cloudflare: ['model'],
  sites: ['store', 'model'],
  visit: ['model'],
  maintenance: ['store', 'cloudflare', 'worker', 'visit', 'model'],
  // Of maintenance and the store it knows types only: what it does to sites is passed in.
  monitoring: ['maintenance', 'store', 'visit', 'model'],
  setup: ['store', 'cloudflare', 'model'],
  credentials: ['store', 'cloudflare', 'model'],
  notify: ['store', 'model'],
  metrics: ['monitoring', 'store', 'model'],
  sandbox: [],
  'package-files.ts': [],
  'config.ts': ['model'],
  'recover-accounts.ts': ['maintenance', 'setup', 'cloudflare', 'model'],
  'site-actions.ts': ['maint.ts', 'maintenance', 'model'],
  'examination.ts': ['config.ts', 'setup', 'store', 'cloudflare', 'model'],
  'open-monitor.ts': ['config.ts', 'maintenance', 'monitoring', 'model'],
  'open-setup.ts': ['config.ts', 'maintenance', 'setup', 'visit', 'cloudflare', 'model'],
  'maint.ts': [
    'config.ts',
    'examination.ts',
    'open-monitor.ts',
    'open-setup.ts',
    'monitoring',
    'notify',
    'recover-accounts.ts',
    'site-actions.ts',
    'maintenance',
    'setup',
    'credentials',
    'sites',
    'store',
    'cloudflare',
    'package-files.ts',
    'model',
  ],
  'index.ts': [
    'maint.ts',
    'config.ts',
    'examination.ts',
    'open-monitor.ts',
    'open-setup.ts',
    'monitoring',
    'notify',
    'recover-accounts.ts',
    'site-actions.ts',
    'maintenance',
    'setup',
    'credentials',
    'sites',
    'store',
    'cloudflare',
    'model',
  ],
  cli: [
    'maint.ts',
    'config.ts',
    'open-monitor.ts',
    'maintenance',
    'metrics',
    'monitoring',
    'notify',
    'setup',
    'credentials',
    'sites',
    'store',
    'worker',
    'sandbox',
    'package-files.ts',
    'model',
  ],
};

/** Pure files: no waiting, no clock, no database; of our code only the model and each other. */
const PURE = [
  'notify/grouping.ts',
  'notify/message.ts',
  'notify/run-notices.ts',
  'maintenance/claims.ts',
  'maintenance/coverage.ts',
  'maintenance/estimate.ts',
  'maintenance/guard.ts',
  'maintenance/plan-disable.ts',
  'maintenance/plan-enable.ts',
  'maintenance/reports.ts',
  'maintenance/request-limit.ts',
  'maintenance/script-plan.ts',
  'monitoring/decide.ts',
  'monitoring/explain.ts',
  'monitoring/flapping.ts',
  'monitoring/hold.ts',
  'monitoring/judge.ts',
  'monitoring/pass-events.ts',
  'monitoring/schedule.ts',
  'monitoring/simulate.ts',
  'monitoring/site-wishes.ts',
];

/** Where the world outside may be touched directly; everywhere else it is passed in. */
const RIM = [/^cli\/terminal\.ts$/, /^config\.ts$/, /^maint\.ts$/, /^sandbox\//];

describe('the arrows', () => {
  it.each(Object.keys(MAY_IMPORT))('%s imports only what lies below it', (folder) => {
    const allowed = [folder, ...(MAY_IMPORT[folder] ?? [])];
    const wrong = sources
      .filter((source) => folderOf(source.path) === folder)
      .flatMap((source) => source.imports.map(({ target }) => ({ from: source.path, target })))
      .filter(({ target }) => !allowed.includes(folderOf(target)));
    expect(wrong).toEqual([]);
  });

  it('knows every folder', () => {
    const folders = [...new Set(sources.map((source) => folderOf(source.path)))].sort();
    expect(folders).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it.each(['maintenance', 'store'])('monitoring knows %s by its types alone', (folder) => {
    const wrong = sources
      .filter((source) => folderOf(source.path) === 'monitoring')
      .flatMap((source) => source.imports.filter(({ typeOnly }) => !typeOnly))
      .filter(({ target }) => folderOf(target) === folder);
    expect(wrong).toEqual([]);
  });

  it('keeps what decides apart from what does', () => {
    const wrong = sources
      .filter((source) => PURE.includes(source.path))
      .flatMap((source) =>
        source.imports
          .filter(
            ({ target, typeOnly }) => !typeOnly && folderOf(target) !== 'model' && !PURE.includes(target),
          )
          .map(({ target }) => `${source.path} → ${target}`),
      );
    expect(wrong).toEqual([]);
    const waiting = sources.filter((source) => PURE.includes(source.path) && /\bawait\b/.test(source.text));
    expect(waiting.map((source) => source.path)).toEqual([]);
    expect(PURE.filter((path) => !sources.some((source) => source.path === path))).toEqual([]);
  });

  it('has no cycle of imports at run time', () => {
    expect(findCycle(sources)).toBeNull();
  });
});

describe('the rim', () => {
  const touches = /process\.(env|exit\b)|\bconsole\.|Date\.now\(\)|Math\.random|new Date\(\)/;

  it('is where clock, chance, environment and console are touched', () => {
    const wrong = sources
      .filter((source) => !RIM.some((rim) => rim.test(source.path)))
      .filter((source) => !source.path.startsWith('worker/edge/'))
      .filter((source) => touches.test(withoutComments(source.text)))
      .map((source) => source.path);
    expect(wrong).toEqual([]);
  });

  it('keeps colours and spinners in the command line', () => {
    const wrong = sources
      .filter(
        (source) =>
          !source.path.startsWith('cli/') && /from '(chalk|ora|inquirer|commander)'/.test(source.text),
      )
      .map((source) => source.path);
    expect(wrong).toEqual([]);
  });
});

describe('what starting costs', () => {
  it('leaves out what takes long to load, until it is used', () => {
    const early = /^(?:import|export) (?!type )(?:[^;]*? from )?'(?:undici|ora|inquirer)'/m;
    const wrong = sources.filter(({ text }) => early.test(text)).map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it('takes the default export where undici is loaded late: bundled, it has no other', () => {
    const wrong = sources.filter(({ text }) => /(?<!\()await import\('undici'\)/.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('leaves out the parts of zod that are not used: a bundler keeps all of `z`, and less of `* as z`', () => {
    const wrong = sources.filter(({ text }) => /import \{[^}]*\} from 'zod'/.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});

describe('the sizes', () => {
  const lengths = sources.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));

  it('has no file above 400 lines', () => {
    expect(lengths.filter(({ lines }) => lines > 400)).toEqual([]);
  });

  it('has a median file of at most 90 lines', () => {
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(90);
  });

  it('has no drawer for leftovers', () => {
    const drawers = /(^|\/)(utils?|helpers?|common|misc|manager)(\.ts$|\/)/;
    expect(sources.map(({ path }) => path).filter((path) => drawers.test(path))).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/.*$/gm, '');
}

function findCycle(all: readonly Source[]): string[] | null {
  const graph = new Map(
    all.map(({ path, imports }) => [
      path,
      imports.filter((i) => !i.typeOnly && !i.lazy).map((i) => i.target),
    ]),
  );
  const finished = new Set<string>();
  const visit = (path: string, trail: string[]): string[] | null => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (finished.has(path)) return null;
    for (const next of graph.get(path) ?? []) {
      const cycle = visit(next, [...trail, path]);
      if (cycle !== null) return cycle;
    }
    finished.add(path);
    return null;
  };
  for (const path of graph.keys()) {
    const cycle = visit(path, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
