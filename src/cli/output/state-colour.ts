import type { View } from './view.js';

/** Colours a word by what it says of a site: maintenance stands out, trouble more. */
export function stateColour(state: string, text: string, { palette }: View): string {
  switch (state) {
    case 'maintenance':
      return palette.warning(text);
    case 'failing':
    case 'partial':
    case 'drift':
      return palette.bad(text);
    case 'inactive':
    case 'unknown':
      return palette.dim(text);
    default:
      return text;
  }
}
