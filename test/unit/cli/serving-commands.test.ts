import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.js';
import { realSystem } from '../../../src/config.js';
import type { StatusReport } from '../../../src/maintenance/types.js';
import { startSandbox } from '../../../src/sandbox/sandbox.js';
import { maint, storeOf } from './fake-maint.js';
import { memoryTerminal } from './memory-terminal.js';

const documents = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('commands that run until they are stopped', () => {
  it.each([[['--json']], [[]]])(
    'sandbox %j prints its environment once, serves, and ends as its signal says',
    async (more) => {
      const terminal = memoryTerminal();
      const services = {
        startSandbox,
        system: realSystem,
        createMaint: () => Promise.reject(new Error('not needed')),
      };
      const running = main(['sandbox', '--zones', '2', '--no-edge', ...more], terminal, {}, services);
      const url = await waitFor(
        () => /http:\/\/127\.0\.0\.1:\d+\/client\/v4/.exec(terminal.written.stdout)?.[0],
      );
      expect((await fetch(`${url}/zones`)).status).toBe(400);
      terminal.interrupt('SIGTERM');
      expect(await running).toBe(143);
      await expect(fetch(`${url}/zones`)).rejects.toThrow();
      if (more.length > 0) {
        expect(documents(terminal.written.stdout)).toEqual([
          expect.objectContaining({ schema: 1, command: 'sandbox', ok: true, apiUrl: url }),
        ]);
      } else {
        expect(terminal.written.stdout).toMatch(
          /^export CLOUDFLARE_API_TOKEN='[^']+'\nexport CLOUDFLARE_API_BASE_URL='/,
        );
      }
    },
  );

  it('page preview serves the page on a terminal', async () => {
    const terminal = memoryTerminal({ tty: true });
    const running = main(['page', 'preview', '--message', 'Back at <six>'], terminal, {});
    const url = await waitFor(() => /http:\/\/127\.0\.0\.1:\d+\//.exec(terminal.written.stdout)?.[0]);
    const page = await fetch(url, { headers: { 'accept-language': 'de-DE,de;q=0.9' } });
    // The page asks for this header and loads itself anew once it is gone.
    expect(page.headers.get('x-maint-event')).toBe('preview');
    expect(await page.text()).toMatch(/<html[^>]* lang="de[\s\S]*Back at &#60;six&#62;/);
    terminal.interrupt('SIGINT');
    expect(await running).toBe(130);
  });

  it('status --watch writes a document a line and a last one when stopped', async () => {
    let looks = 0;
    const store = await storeOf(['a.example']);
    const report: StatusReport = {
      summary: { total: 0, byStatus: {}, byEnvironment: {}, byProject: {} },
      sites: [],
      warnings: [],
    };
    const terminal = memoryTerminal();
    const services = {
      startSandbox,
      system: realSystem,
      createMaint: async () =>
        ({
          store,
          close: async () => {},
          status: async () => {
            looks += 1;
            if (looks === 2) terminal.sleep = async () => terminal.interrupt('SIGINT');
            return report;
          },
        }) as never,
    };
    expect(await main(['status', '--watch', '1', '--json'], terminal, {}, services)).toBe(130);
    const found = documents(terminal.written.stdout);
    expect(found).toHaveLength(3);
    expect(found.at(-1)).toMatchObject({ ok: true, stopped: true });
  });
});

describe('page preview without a terminal', () => {
  it('writes the HTML to stdout, or to a file', async () => {
    const piped = await maint(['page', 'preview', '--locale', 'ar']);
    expect([piped.code, piped.stdout]).toEqual([
      0,
      expect.stringMatching(/^<!doctype html>[\s\S]*dir="rtl"/i),
    ]);
    const folder = mkdtempSync(path.join(tmpdir(), 'maint-preview-'));
    const file = path.join(folder, 'page.html');
    const written = await maint(['page', 'preview', '--title', 'Soon', '--output', file]);
    expect([written.code, written.stdout]).toEqual([0, `${file}\n`]);
    expect(readFileSync(file, 'utf8')).toContain('Soon');
    rmSync(folder, { recursive: true });
  });

  it('refuses a language without texts and a file that cannot be written', async () => {
    expect((await maint(['page', 'preview', '--locale', 'tlh'])).code).toBe(2);
    expect((await maint(['page', 'preview', '--output', '/nowhere/page.html'])).code).toBe(1);
  });
});

async function waitFor(look: () => string | undefined): Promise<string> {
  for (let tries = 0; tries < 500; tries++) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('waited in vain');
}
