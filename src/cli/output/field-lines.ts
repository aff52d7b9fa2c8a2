import { oneLine } from './printable.js';
import type { View } from './view.js';
import { wrap } from './wrap.js';

/** Names and values, a line each; without a value no line. Pipes get them tab-separated. */
export function fieldLines(fields: readonly (readonly [string, string | null])[], view: View): string {
  const shown = fields.filter(([, value]) => value !== null && value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown
    .map(([name, value]) => {
      const text = oneLine(value ?? '');
      if (!view.person) return `${name}\t${text}\n`;
      const indent = ' '.repeat(width + 2);
      const lines = wrap(`${name.padEnd(width)}  ${text}`, view.width, indent);
      return `${view.palette.dim(lines.slice(0, width))}${lines.slice(width)}\n`;
    })
    .join('');
}
