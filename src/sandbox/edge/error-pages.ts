/** The HTML pages with which Cloudflare itself answers when there is nothing better to show. */
import type { ServerResponse } from 'node:http';

/** Status and wording: Cloudflare docs, "Cloudflare 5xx errors" and "Cloudflare 1xxx errors". */
const PAGES = {
  400: { status: 400, title: 'Bad request', detail: 'The request carries no usable Host.' },
  520: { status: 520, title: 'Web server is returning an unknown error', detail: 'The origin reset.' },
  521: { status: 521, title: 'Web server is down', detail: 'The origin refused the connection.' },
  524: { status: 524, title: 'A timeout occurred', detail: 'The origin did not answer in time.' },
  1001: { status: 409, title: 'DNS resolution error', detail: 'No active zone here has this name.' },
  1016: { status: 530, title: 'Origin DNS error', detail: 'The zone has no DNS record of this name.' },
  1101: { status: 500, title: 'Worker threw exception', detail: 'The Worker of this URL failed.' },
} as const;

export type ErrorCode = keyof typeof PAGES;

/** Ends `res` with the page of `code`. `ray` is the request's id, shown and sent as `cf-ray`. */
export function sendErrorPage(res: ServerResponse, code: ErrorCode, host: string, ray: string): void {
  const { status, title, detail } = PAGES[code];
  const body = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(host)} | ${code}: ${title}</title></head>
<body>
<h1>Error ${code}: ${title}</h1>
<p>${escapeHtml(host)}: ${detail}</p>
<p>Cloudflare Ray ID: ${ray}</p>
</body>
</html>
`;
  res.writeHead(status, {
    'content-type': 'text/html; charset=UTF-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'private, max-age=0, no-store, no-cache, must-revalidate',
    server: 'cloudflare',
    'cf-ray': ray,
  });
  res.end(body);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
