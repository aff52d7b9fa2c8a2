import type { TokenReport } from '../../credentials/token-report.js';
import { type ErrorCode, MaintError } from '../../model/errors.js';
import { type CommandDefinition, reply } from '../command.js';
import { tokenTable } from '../output/token-text.js';

export const command: CommandDefinition = {
  arguments: [{ name: '[name]', help: 'a named token; every token in use without it' }],
  description: 'Asks Cloudflare whether tokens are good, when they end and which accounts they see.',
  examples: [
    ['maint auth verify', 'every token'],
    ['maint auth verify west', 'one of them'],
  ],
  run: async ({ args: [name] }, context) => {
    const maint = await context.maint();
    const tokens = await maint.tokens.verify(name);
    return reply(tokens, tokenTable, { fields: { tokens }, error: errorOf(tokens) });
  },
};

function errorOf(tokens: readonly TokenReport[]): MaintError | null {
  const bad = tokens.flatMap(({ name, source, error }) =>
    error === null ? [] : [{ token: name ?? source, error }],
  );
  const [first] = bad;
  if (first === undefined) return null;
  const hint = first.error.hint ?? undefined;
  const problems = bad.map(({ token, error }) => `${token}: ${error.message}`);
  if (bad.length === 1 && tokens.length === 1) {
    return new MaintError(first.error.code as ErrorCode, problems[0] ?? '', { hint });
  }
  const code = bad.length === tokens.length ? (first.error.code as ErrorCode) : 'partly-done';
  return new MaintError(code, `${bad.length} of ${tokens.length} tokens cannot be used.`, { hint, problems });
}
