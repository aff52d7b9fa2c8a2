/** The switch `readOnly` of the settings: nothing is changed at Cloudflare, whatever is asked for. */
import { MaintError } from './errors.js';

export const READ_ONLY = 'The settings say readOnly: nothing is changed at Cloudflare.';

/** @throws MaintError `guard-refused` where the switch is on; `--force` does not override it */
export function requireWritable({ readOnly }: { readonly readOnly: boolean }): void {
  if (!readOnly) return;
  throw new MaintError('guard-refused', READ_ONLY, {
    hint: "See what it would do with '--dry-run', or take readOnly out of the settings file.",
  });
}
