/** `maint sandbox --json` of an installed package, as a process. */
import { spawn } from 'node:child_process';
import path from 'node:path';

interface SandboxDocument {
  readonly apiUrl: string;
  readonly edge: { readonly host: string; readonly port: number } | null;
  readonly environment: Readonly<Record<string, string>>;
}

export interface SandboxCommand {
  readonly document: SandboxDocument;
  /** Stops it as Ctrl-C does. @returns its exit code */
  stop(): Promise<number | null>;
}

/** Resolves with the document that it prints once it serves; rejects where it ends before. */
export async function startMaintSandbox(
  project: string,
  env: Readonly<Record<string, string>>,
): Promise<SandboxCommand> {
  const command = path.join(project, 'node_modules', '.bin', 'maint');
  const child = spawn(command, ['sandbox', '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const document = await new Promise<SandboxDocument>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (isWhole(stdout)) resolve(JSON.parse(stdout) as SandboxDocument);
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${stderr}`)), reject);
  });
  return {
    document,
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
