/** The one JSON document that a command leaves on stdout. */
import type { ErrorReport } from '../../model/errors.js';

/** What a terminal could act on although JSON allows it raw: DEL, C1, bidirectional controls, line separators. */
const RAW_CONTROLS = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

export interface DocumentHead {
  readonly command: string;
  readonly error: (ErrorReport & { readonly problems?: readonly string[] }) | null;
}

/**
 * A document as text, ending in a line feed. Lossless: controls are escaped, never removed.
 * `compact` puts it on one line, for commands that write several.
 */
export function jsonDocument(head: DocumentHead, fields: object, compact = false): string {
  const document = {
    schema: 1,
    command: head.command,
    ok: head.error === null,
    error: head.error,
    ...fields,
  };
  return `${JSON.stringify(document, null, compact ? 0 : 2).replace(RAW_CONTROLS, escaped)}\n`;
}
