/** PUT of a script: one multipart form, checked whole, live at once. Source: Cloudflare docs, "Multipart upload metadata". */
import { createHash } from 'node:crypto';
import type { SandboxModule, SandboxScript } from '../state.js';
import type { Call } from './endpoint.js';
import { type Answer, refuse, succeed } from './envelope.js';
import { type FormPart, readForm } from './multipart.js';
import { inheritBindings, readBindings, readTags } from './script-bindings.js';
import { scriptObject, scriptsOf } from './script-store.js';
import type { World } from './world.js';

const SIZE_LIMIT_BYTES = 64 * 1024 * 1024;
const NAME_RULE = /^[a-z][a-z0-9-]{0,61}[a-z0-9]$|^[a-z]$/;

/** Answers PUT /accounts/{id}/workers/scripts/{name}. */
export async function uploadScript(call: Call): Promise<Answer> {
  const name = call.param('script');
  if (!NAME_RULE.test(name)) throw refuse(400, 10016, 'Invalid Worker name');
  const { metadata, modules } = await readUpload(call);
  const scripts = scriptsOf(call.world.state, call.account.id);
  const limit = call.world.choices.workersPlan === 'paid' ? 500 : 100;
  const before = scripts.get(name);
  if (!before && scripts.size >= limit)
    throw refuse(403, 10037, `This account has reached its limit of ${limit} Workers`);
  checkModules(metadata, modules);
  const checked = checkMetadata(call, name, metadata, before);
  const script = newScript(call.world, before, { name, metadata: checked, modules });
  const problem = await call.world.validateScript(script);
  if (problem !== null) throw refuse(400, 10021, `The Worker failed validation: ${problem}`);
  placeScript(call.world, call.account.id, script);
  return succeed({ ...scriptObject(script), startup_time_ms: 3, deployment_id: deploymentId(script) });
}

type ScriptContent = Pick<SandboxScript, 'name' | 'metadata' | 'modules'>;

/** Puts a script in place of its older version, past all checks. */
export function storeScript(world: World, accountId: string, content: ScriptContent): SandboxScript {
  const before = scriptsOf(world.state, accountId).get(content.name);
  return placeScript(world, accountId, newScript(world, before, content));
}

/** The next version of a script: its tag, its first date and its workers.dev setting stay. */
function newScript(world: World, before: SandboxScript | undefined, content: ScriptContent): SandboxScript {
  const hash = createHash('sha256').update(JSON.stringify(content.metadata));
  for (const module of content.modules)
    hash.update(`${module.name}\0${module.type}\0`).update(module.content);
  const now = world.timestamp();
  return {
    ...content,
    tag: before?.tag ?? world.newId(),
    etag: hash.digest('hex'),
    createdOn: before?.createdOn ?? now,
    modifiedOn: now,
    subdomain: before?.subdomain ?? { enabled: false, previews_enabled: false },
  };
}

function placeScript(world: World, accountId: string, script: SandboxScript): SandboxScript {
  const scripts = scriptsOf(world.state, accountId);
  // Whether a new Worker starts out on workers.dev is not published: on is the answer that a client must notice.
  const fresh = !scripts.has(script.name) && world.state.accounts.get(accountId)?.subdomain !== undefined;
  const placed = fresh ? { ...script, subdomain: { enabled: true, previews_enabled: true } } : script;
  scripts.set(script.name, placed);
  world.changed();
  return placed;
}

/** A UUID that changes with every version of the script. */
export function deploymentId(script: SandboxScript): string {
  const hex = createHash('sha256').update(script.etag).update(script.modifiedOn).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

interface Upload {
  metadata: Record<string, unknown>;
  modules: SandboxModule[];
}

async function readUpload(call: Call): Promise<Upload> {
  const type = call.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) {
    throw refuse(400, 10001, 'Content-Type must be multipart/form-data');
  }
  const parts = await readForm(call.body, type).catch(() => {
    throw refuse(400, 10006, 'Could not parse the upload: the body is not a complete form');
  });
  const metadata = parseMetadata(parts.find((part) => part.name === 'metadata'));
  const modules = parts
    .filter((part) => part.name !== 'metadata')
    .map((part) => ({ name: part.fileName ?? part.name, type: part.type, content: part.content }));
  return { metadata, modules };
}

function parseMetadata(part: FormPart | undefined): Record<string, unknown> {
  try {
    const metadata: unknown = JSON.parse(part?.content.toString('utf8') ?? '');
    if (typeof metadata === 'object' && metadata !== null) return metadata as Record<string, unknown>;
  } catch {
    // Answered below, like a part that is not an object.
  }
  throw refuse(400, 10006, 'Could not parse the upload: the metadata part is missing or not JSON');
}

function checkModules(metadata: Record<string, unknown>, modules: SandboxModule[]): void {
  const main = metadata.main_module ?? metadata.body_part;
  if (typeof main !== 'string')
    throw refuse(400, 10006, 'Could not parse the upload: no main_module in metadata');
  const size = modules.reduce((sum, { content }) => sum + content.length, 0);
  if (size > SIZE_LIMIT_BYTES) throw refuse(400, 10027, 'The Worker is over the size limit of 64 MiB');
  const code = modules.find(({ name }) => name === main);
  if (!code) throw refuse(400, 10006, `Could not parse the upload: there is no part named '${main}'`);
  if (metadata.main_module === undefined) return;
  if (!code.type.startsWith('application/javascript+module') && !code.type.startsWith('text/x-python')) {
    throw refuse(400, 10021, `The main module '${main}' must be of type application/javascript+module`);
  }
  if (!/\bexport\b/.test(code.content.toString('utf8'))) {
    throw refuse(400, 10068, 'The uploaded Worker has no registered event handlers');
  }
}

function checkMetadata(
  call: Call,
  name: string,
  metadata: Record<string, unknown>,
  before: SandboxScript | undefined,
): Record<string, unknown> {
  const { world } = call;
  const known = new Set([...scriptsOf(world.state, call.account.id).keys(), name]);
  const variables = world.choices.workersPlan === 'paid' ? 128 : 64;
  const date = metadata.compatibility_date ?? '2021-11-02';
  if (typeof date !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(date)) {
    throw refuse(400, 10021, 'The compatibility date must be written YYYY-MM-DD');
  }
  if (Date.parse(date) > world.now())
    throw refuse(400, 10021, `The compatibility date ${date} is in the future`);
  const listed = readBindings(metadata.bindings, { known, variables });
  const strict = call.query.get('bindings_inherit') === 'strict';
  const bindings = inheritBindings(listed, metadata.keep_bindings, before, strict);
  return { ...metadata, compatibility_date: date, tags: readTags(metadata.tags), bindings };
}
