/**
 * Redirect rules of a zone: they answer before any Worker runs (Cloudflare docs, Rules → Traffic sequence).
 * Forwarding by page rules is none of them: it is left out where a Worker route matches (Cloudflare docs, Workers →
 * Workers with Page Rules).
 */
import * as z from 'zod';
import type { CloudflareApi, RedirectRule } from '../api.js';
import { path } from '../transport/api-request.js';
import { CloudflareError, hasCode, isGone } from '../transport/errors.js';
import { PERMISSION } from '../transport/permissions.js';
import type { Transport } from '../transport/transport.js';

const ruleset = z.looseObject({
  rules: z
    .array(
      z.looseObject({
        enabled: z.boolean().default(true),
        action: z.string().nullish(),
        description: z.string().nullish(),
        expression: z.string().nullish(),
        action_parameters: z
          .looseObject({
            from_value: z
              .looseObject({ target_url: z.looseObject({ value: z.string().nullish() }).nullish() })
              .nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
});

export function redirectsOf(transport: Transport): CloudflareApi['redirects'] {
  return {
    async list(zoneId) {
      const request = {
        method: 'GET',
        path: path`/zones/${zoneId}/rulesets/phases/http_request_dynamic_redirect/entrypoint`,
        permission: PERMISSION.redirectsRead,
      } as const;
      try {
        const { rules } = await transport.call(request, ruleset);
        return (rules ?? [])
          .filter(({ enabled, action }) => enabled && (action ?? 'redirect') === 'redirect')
          .map(
            (rule): RedirectRule => ({
              description: rule.description ?? '',
              expression: rule.expression ?? '',
              target: rule.action_parameters?.from_value?.target_url?.value ?? null,
            }),
          );
      } catch (error) {
        // A phase without rules has no ruleset (Cloudflare docs, Ruleset Engine → View rulesets).
        if (isNoRuleset(error)) return [];
        throw error;
      }
    },
  };
}

function isNoRuleset(error: unknown): boolean {
  return isGone(error) || (error instanceof CloudflareError && error.status === 404 && hasCode(error, 10003));
}
