import { preferences } from '../page/preferences.js';

/** What kind of answer a client can read. */
export type ClientKind = 'html' | 'problem' | 'text' | 'grpc';

const TYPES: readonly [RegExp, ClientKind][] = [
  [/^(?:text\/html|application\/xhtml\+xml)$/, 'html'],
  [/[/+]json$/, 'problem'],
  [/^text\/plain$/, 'text'],
];
const DOCUMENT = /^(?:document|i?frame|embed|object)$/;
const API_PATH = /^\/(?:api|graphql|rest|rpc|v\d+)(?:\/|$)|\.json$/i;

/**
 * Judges by what the client says it wants and, where it says nothing, by what it looks like. HTML goes only to what
 * will show it: a script, style sheet or image that turns into HTML breaks in odd ways, and so do programs.
 */
export function clientKind(request: Request): ClientKind {
  const header = (name: string): string => request.headers.get(name)?.toLowerCase() ?? '';
  if (header('content-type').startsWith('application/grpc')) return 'grpc';
  const destination = header('sec-fetch-dest');
  if (DOCUMENT.test(destination)) return 'html';
  if (destination !== '' && destination !== 'empty') return 'text';
  for (const type of preferences(header('accept'))) {
    const kind = TYPES.find(([pattern]) => pattern.test(type))?.[1];
    if (kind !== undefined) return kind;
  }
  const { hostname, pathname } = new URL(request.url);
  const isProgram =
    destination === 'empty' ||
    header('content-type').includes('json') ||
    hostname.startsWith('api.') ||
    API_PATH.test(pathname);
  return isProgram ? 'problem' : 'text';
}
