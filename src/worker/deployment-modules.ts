import { WORKER_MODULES } from './bundle.generated.js';
import { type PageSettings, parseSettings } from './settings.js';

/** One part of a Worker upload. */
export interface WorkerModule {
  readonly name: string;
  /** MIME type. */
  readonly type: string;
  readonly content: string;
}

/** What a Worker of ours was told: what `workerModules` was given. */
export interface WorkerContent {
  readonly settings: PageSettings;
  readonly restore: unknown;
  readonly customPage: string | null;
}

export const WORKER_MAIN = 'worker.js';

/** Without one an upload gets the oldest, 2021-11-02 (Cloudflare docs, Workers → Multipart upload metadata). */
export const COMPATIBILITY_DATE = '2025-10-01';

/** Stands for no page of one's own: a part without content may get lost on the way. */
const NO_PAGE = '\n';

/**
 * The modules of an event's Worker: the code, which is the same for every event, and beside it, as text modules,
 * all that differs. The restore record rides along for whoever takes the page down; the Worker never reads it.
 * @param restore any JSON value
 * @param customPage HTML, or null for the built-in page
 */
export function workerModules(
  settings: PageSettings,
  restore: unknown,
  customPage: string | null,
): WorkerModule[] {
  return [
    ...WORKER_MODULES,
    textModule('settings.txt', JSON.stringify(settings, null, 2)),
    textModule('restore.txt', JSON.stringify(restore ?? null, null, 2)),
    textModule('page.txt', customPage ?? NO_PAGE),
  ];
}

/** Reads the modules of a downloaded script. Null where they are not those of a Worker of ours; never throws. */
export function parseWorkerModules(
  modules: readonly { readonly name: string; readonly content: string }[],
): WorkerContent | null {
  const contentOf = (name: string) =>
    modules.find((module) => module.name.replace(/^\.\//, '') === name)?.content;
  const settings = parseSettings(contentOf('settings.txt') ?? '');
  const restore = contentOf('restore.txt');
  if (settings === null || restore === undefined) return null;
  const page = contentOf('page.txt') ?? NO_PAGE;
  try {
    return { settings, restore: JSON.parse(restore), customPage: page.trim() === '' ? null : page };
  } catch {
    return null;
  }
}

function textModule(name: string, content: string): WorkerModule {
  return { name, type: 'text/plain', content };
}
