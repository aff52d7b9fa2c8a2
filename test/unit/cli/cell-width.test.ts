import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../../src/cli/output/cell-width.js';

describe('cells of a terminal', () => {
  it('are as many as string-width says, for every character that one line can hold', () => {
    const wrong: string[] = [];
    for (let code = 0x20; code < 0x3000; code += 1) {
      const text = `a${String.fromCodePoint(code)}b`;
      if (cellWidth(text) !== stringWidth(text)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    ['Zürich → Genève …', 17],
    ['日本語.example', 14],
    ['cafe\u0301', 4],
    ['©\ufe0f', 2],
    ['👩‍👩‍👧 ok', 5],
    ['', 0],
  ])('of %j', (text, cells) => {
    expect(cellWidth(text)).toBe(cells);
  });
});
