/** A Worker route as the API sends it, in every shape that was seen. */
import * as z from 'zod';
import type { Route, RouteBody } from '../../model/route.js';

/** A route of a list. A route that runs no Worker comes with `script` null, empty, or left out. */
export const routeSchema = z
  .looseObject({ id: z.string().min(1), pattern: z.string(), script: z.string().nullish() })
  .transform((found): Route => ({ ...found, script: found.script || null }) as Route);

/**
 * The answer to a create or update. Until 2025-04-15 it had the id alone and the rest empty (Cloudflare
 * changelog of that day), so what is empty is taken from what was sent.
 */
export function routeAnswerSchema(sent: RouteBody): z.ZodType<Route> {
  return z
    .looseObject({ id: z.string().min(1), pattern: z.string().nullish(), script: z.string().nullish() })
    .transform((found): Route => {
      const script = found.script || sent.script || null;
      return { ...sent, ...found, pattern: found.pattern || sent.pattern, script } as Route;
    });
}

/** The JSON that sets a route: a route without a Worker has no `script` at all (API reference, Create Route). */
export function routeJson(body: RouteBody): Record<string, unknown> {
  const { script, ...rest } = body;
  return script === null ? rest : { ...rest, script };
}
