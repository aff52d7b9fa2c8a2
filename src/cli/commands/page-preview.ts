import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MaintError } from '../../model/errors.js';
import type { PageSettings } from '../../worker/settings.js';
import { ALREADY_SAID, type CommandDefinition, type Context, reply } from '../command.js';
import { END_FLAGS, PAGE_FLAGS, type PageOptions, readPageFlags } from '../page-flags.js';
import { exitCodeOfStop } from '../stop-signals.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  arguments: [],
  flags: [
    ...END_FLAGS,
    ...PAGE_FLAGS,
    { flags: '--locale <tag>', help: "a visitor's language: de, pt-BR, zh-Hant", group: 'Page' },
    { flags: '--host <name>', help: 'the host to show it for', group: 'Page' },
    { flags: '--output <file>', help: 'write the HTML there; - is stdout', group: 'Output' },
  ],
  description:
    'Shows the page as visitors would see it. On a terminal it is served on this computer until Ctrl-C, in\n' +
    "the browser's language; with --output, or without a terminal, its HTML is written.",
  examples: [
    ['maint page preview --message "Back at six." --for 2h', 'in a browser'],
    ['maint page preview --locale ja --output page.html', 'as a file'],
  ],
  run: async ({ flags }, context) => {
    const problems: string[] = [];
    const options = readPageFlags(flags, context.terminal.now(), problems);
    const { localeOf } = await import('../../worker/page/locale.js');
    const locale = flags.text('locale');
    if (locale !== undefined && localeOf(locale) === null) {
      problems.push(`There are no built-in texts for '--locale ${locale}'.`);
    }
    refuseIfWrong(problems, 'page preview');
    const host = flags.text('host');
    const html = await rendererOf(options, context, host);
    const file = flags.text('output');
    if (file !== undefined && file !== '-') return writePage(file, html(locale ?? 'en'));
    if (file === '-' || context.json || !context.out.person) {
      return reply({ html: html(locale ?? 'en') }, (data) => data.html);
    }
    return servePage((wanted) => html(locale ?? wanted), context);
  },
};

/** A function from a language to the page's HTML. */
async function rendererOf(options: PageOptions, context: Context, host: string | undefined) {
  const { previewPage } = await import('../../worker/preview.js');
  const now = context.terminal.now();
  const settings: PageSettings = {
    schema: 1,
    eventId: 'preview',
    title: options.title,
    message: options.message,
    since: now.toISOString(),
    until: options.until,
    autoEnd: false,
    contact: options.contact,
    statusUrl: options.statusUrl,
    allowIps: [],
    allowPaths: [],
    bypassSecret: 'a-preview-has-no-secret',
    upstream: [],
  };
  const { customPage } = options;
  return (locale: string) =>
    previewPage(settings, { locale, now, customPage, ...(host === undefined ? {} : { host }) });
}

function writePage(file: string, html: string) {
  try {
    writeFileSync(file, html);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new MaintError('failed', `The page could not be written to ${file} (${why}).`);
  }
  return reply({ file, bytes: Buffer.byteLength(html) }, (data) => `${data.file}\n`);
}

async function servePage(html: (locale: string) => string, { terminal, say }: Context) {
  const server = createServer((request, response) => {
    const [wanted = 'en'] = (request.headers['accept-language'] ?? 'en').split(/[,;]/);
    // Without the header the page would take the site to be back, and load itself anew.
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-maint-event': 'preview',
    });
    response.end(html(wanted.trim()));
  });
  const port = await listen(server);
  terminal.watch.announce('');
  terminal.stdout.write(`http://127.0.0.1:${port}/\n`);
  say('Ctrl-C stops the preview.');
  await terminal.untilStopped();
  server.closeAllConnections();
  server.close();
  return { ...ALREADY_SAID, exitCode: exitCodeOfStop(terminal.watch) };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
