/** Joins one run of one command with the terminal, the configuration and the engine. */
import type { Config } from '../config.js';
import type { Maint } from '../maint.js';
import type { Context, Reply } from './command.js';
import type { Flags } from './flags.js';
import { printable } from './output/printable.js';
import type { View } from './output/view.js';
import { drawProgress } from './progress.js';
import type { Services } from './services.js';
import type { Terminal } from './terminal.js';

export interface ContextParts {
  readonly terminal: Terminal;
  readonly services: Services;
  readonly flags: Flags;
  readonly json: boolean;
  readonly out: View;
  readonly err: View;
  /** Takes what documents are to tell beside their answer. */
  readonly remarks: Set<string>;
  readonly readConfig: () => Config;
  readonly write: (answer: Reply) => void;
}

export interface Session {
  readonly context: Context;
  close(): Promise<void>;
}

/** Nothing is read or opened before a command asks for it. */
export function createContext(parts: ContextParts): Session {
  const { terminal, services, flags, err } = parts;
  const quiet = flags.on('quiet');
  const drawing = drawProgress(terminal, err, quiet);
  const stderr = (line: string) => terminal.stderr.write(`${printable(line)}\n`);
  let config: Config | null = null;
  let maint: Promise<Maint> | null = null;

  const readConfig = (): Config => {
    if (config !== null) return config;
    config = parts.readConfig();
    if (config.tokenSource === '--api-token') {
      warn('--api-token shows the token in the process list; CLOUDFLARE_API_TOKEN does not.');
    }
    return config;
  };
  const warn = (line: string) =>
    terminal.stderr.write(`${err.palette.warning('warning:')} ${printable(line)}\n`);
  const say = (line: string) => (quiet ? undefined : stderr(line));
  const context: Context = {
    terminal,
    json: parts.json,
    quiet,
    verbosity: err.verbosity,
    out: parts.out,
    err,
    say,
    remark: (line) => {
      parts.remarks.add(line);
      say(line);
    },
    show: (block) => {
      const asks = terminal.canPrompt && !flags.on('yes') && !flags.on('force');
      if (quiet && !asks) return false;
      terminal.stderr.write(block);
      return true;
    },
    warn,
    config: readConfig,
    maint: (options = {}) => {
      if (options.withoutStore === true) maint = null;
      maint ??= services.createMaint({
        ...readConfig(),
        ...(options.withoutStore === true ? { dbPath: ':memory:' } : {}),
        readonly: options.readonly === true,
        stop: terminal.watch.stop,
        signal: terminal.watch.signal,
        onProgress: drawing.onProgress,
        ...(err.verbosity > 1 ? { onTrace: stderr } : {}),
      });
      return maint;
    },
    onProgress: drawing.onProgress,
    endProgress: drawing.end,
    emit: parts.write,
    startSandbox: services.startSandbox,
  };
  return {
    context,
    close: async () => {
      drawing.end();
      await (await maint?.catch(() => undefined))?.close();
    },
  };
}
