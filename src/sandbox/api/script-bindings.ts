/** Bindings and tags of an upload. Source: Cloudflare docs, Workers "API error codes", "Limits", "Bindings". */
import type { SandboxScript } from '../state.js';
import { refuse } from './envelope.js';

export interface Binding extends Record<string, unknown> {
  name: string;
  type: string;
}

const BINDING_TYPES = new Set(
  (
    'ai analytics_engine assets browser d1 data_blob dispatch_namespace durable_object_namespace hyperdrive images ' +
    'inherit json kv_namespace mtls_certificate plain_text pipelines queue r2_bucket ratelimit secret_key ' +
    'secret_text secrets_store_secret send_email service tail_consumer text_blob vectorize version_metadata ' +
    'vpc_service wasm_module workflow worker_loader'
  ).split(' '),
);
const TEXT_LIMIT_BYTES = 5 * 1024;
const TAG_LIMIT_BYTES = 128;
const TAG_COUNT_LIMIT = 8;

export interface BindingRules {
  /** Scripts a service binding may point at. */
  known: ReadonlySet<string>;
  /** How many variables fit. */
  variables: number;
}

/**
 * Checks the `bindings` of an upload.
 * @throws ApiRefusal 400: 10052 no name, 10053 name twice, 10054 text over 5 KB, 10055 too many variables, 10143
 * service that does not exist, 10021 a type Cloudflare does not know
 */
export function readBindings(value: unknown, rules: BindingRules): Binding[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refuse(400, 10021, 'The bindings of the Worker must be a list');
  const bindings = value as Binding[];
  const names = new Set<string>();
  for (const binding of bindings) {
    checkBinding(binding, rules);
    if (names.has(binding.name))
      throw refuse(400, 10053, `Binding name '${binding.name}' is used more than once`);
    names.add(binding.name);
  }
  const variables = bindings.filter(
    ({ type }) => type === 'plain_text' || type === 'secret_text' || type === 'json',
  );
  if (variables.length > rules.variables) {
    throw refuse(400, 10055, `A Worker may have at most ${rules.variables} variables`);
  }
  return bindings;
}

function checkBinding(binding: Binding, rules: BindingRules): void {
  const { name, type } = binding;
  if (typeof name !== 'string' || name === '') throw refuse(400, 10052, 'A binding has no name');
  if (name.length > 255) throw refuse(400, 10100, `Binding name '${name.slice(0, 40)}…' is too long`);
  if (!BINDING_TYPES.has(type)) throw refuse(400, 10021, `Binding '${name}' has an unknown type`);
  const text = type === 'json' ? JSON.stringify(binding.json) : binding.text;
  if (['plain_text', 'secret_text', 'json'].includes(type)) {
    if (typeof text !== 'string') throw refuse(400, 10021, `Binding '${name}' has no value`);
    if (Buffer.byteLength(text) > TEXT_LIMIT_BYTES)
      throw refuse(400, 10054, `Text of '${name}' is over 5 KB`);
  }
  if (type === 'service' && !rules.known.has(String(binding.service))) {
    throw refuse(
      400,
      10143,
      `Service binding '${name}' points at Worker '${binding.service}', which was not found`,
    );
  }
}

/**
 * Carries bindings over from the version before: those listed as `inherit`, and all of a type in `keep_bindings`.
 * @param strict an `inherit` that finds nothing is refused (10057) instead of dropped
 */
export function inheritBindings(
  bindings: Binding[],
  keepTypes: unknown,
  before: SandboxScript | undefined,
  strict: boolean,
): Binding[] {
  const old = (before?.metadata.bindings as Binding[] | undefined) ?? [];
  const kept = Array.isArray(keepTypes) ? keepTypes : [];
  const result: Binding[] = [];
  for (const binding of bindings) {
    if (binding.type !== 'inherit') {
      result.push(binding);
      continue;
    }
    const source = old.find(({ name }) => name === (binding.old_name ?? binding.name));
    if (source) result.push({ ...source, name: binding.name });
    else if (strict) throw refuse(400, 10057, `Binding '${binding.name}' has nothing to inherit`);
  }
  const names = new Set(result.map(({ name }) => name));
  return [...result, ...old.filter(({ name, type }) => kept.includes(type) && !names.has(name))];
}

/** A binding as it is shown: a secret never comes back, a service names its environment. */
export function shownBinding(binding: Binding): Record<string, unknown> {
  if (binding.type === 'service') return { environment: 'production', ...binding };
  if (binding.type !== 'secret_text') return binding;
  const { text: _secret, ...rest } = binding;
  return rest;
}

/**
 * Checks `tags`. The count is the one of Workers for Platforms; none is published for other Workers.
 * @throws ApiRefusal 400 code 10026, 100102 over 128 bytes; 403 code 100103 more than 8
 */
export function readTags(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.some((tag) => typeof tag !== 'string')) {
    throw refuse(400, 10026, 'Could not parse the request body: tags must be a list of strings');
  }
  const tags = value as string[];
  if (tags.some((tag) => Buffer.byteLength(tag) > TAG_LIMIT_BYTES)) {
    throw refuse(400, 100102, 'A tag is over 128 bytes');
  }
  if (tags.length > TAG_COUNT_LIMIT) throw refuse(403, 100103, 'The Worker has too many tags');
  return tags;
}
