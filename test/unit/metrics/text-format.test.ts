import { describe, expect, it } from 'vitest';
import { textFormat } from '../../../src/metrics/text-format.js';

describe('the text format', () => {
  it('writes help, type and samples', () => {
    const text = textFormat([
      { name: 'a_total', help: 'How many.', type: 'counter', samples: [{ value: 3 }] },
      { name: 'none', help: 'Nothing.', type: 'gauge', samples: [] },
      {
        name: 'b',
        help: 'Each.',
        type: 'gauge',
        samples: [{ labels: { site: 'a.example', kind: 'x' }, value: 0.5 }],
      },
    ]);
    expect(text).toBe(
      [
        '# HELP a_total How many.\n# TYPE a_total counter\na_total 3\n',
        '# HELP b Each.\n# TYPE b gauge\nb{site="a.example",kind="x"} 0.5\n',
      ].join(''),
    );
  });

  it('escapes backslashes, quotes and line feeds, and spells what is no number', () => {
    const samples = [
      { labels: { url: 'a"b\\c\nd' }, value: Number.POSITIVE_INFINITY },
      { value: Number.NaN },
      { value: Number.NEGATIVE_INFINITY },
    ];
    expect(textFormat([{ name: 'x', help: 'one\\\ntwo "three"', type: 'gauge', samples }])).toBe(
      '# HELP x one\\\\\\ntwo "three"\n# TYPE x gauge\nx{url="a\\"b\\\\c\\nd"} +Inf\nx NaN\nx -Inf\n',
    );
  });
});
