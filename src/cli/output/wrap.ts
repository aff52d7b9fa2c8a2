import { cellWidth } from './cell-width.js';

/** Breaks a sentence at blanks so that no line is wider than `width`; later lines start with `indent`. */
export function wrap(text: string, width: number, indent = ''): string {
  if (!Number.isFinite(width)) return text;
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      const next = line === '' ? word : `${line} ${word}`;
      if (line !== '' && cellWidth(next) > width) {
        lines.push(line);
        line = indent + word;
      } else {
        line = next;
      }
    }
    lines.push(line);
  }
  return lines.join('\n');
}
