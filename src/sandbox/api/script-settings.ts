/** Settings, versions and deployments of a script. Source: Cloudflare API schema, "Worker Script" and "Versions". */
import type { SandboxScript } from '../state.js';
import type { Call, Endpoint } from './endpoint.js';
import { type Answer, refuse, succeed } from './envelope.js';
import { readForm } from './multipart.js';
import { type Binding, readBindings, readTags, shownBinding } from './script-bindings.js';
import { scriptOf, scriptsOf, tagsOf } from './script-store.js';
import { deploymentId, storeScript } from './script-upload.js';

const ONE = '/accounts/:account/workers/scripts/:script';
const READ = ['Workers Scripts Read'];
const WRITE = ['Workers Scripts Write'];

export const scriptSettingEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: `${ONE}/settings`,
    needs: READ,
    handle: (call) => succeed(versionSettings(scriptOf(call))),
  },
  { method: 'PATCH', path: `${ONE}/settings`, needs: WRITE, handle: editVersionSettings },
  {
    method: 'GET',
    path: `${ONE}/script-settings`,
    needs: READ,
    handle: (call) => succeed(scriptSettings(scriptOf(call))),
  },
  { method: 'PATCH', path: `${ONE}/script-settings`, needs: WRITE, handle: editScriptSettings },
  { method: 'GET', path: `${ONE}/deployments`, needs: READ, handle: listDeployments },
  { method: 'GET', path: `${ONE}/versions`, needs: READ, handle: listVersions },
];

/** What does not belong to a version of the code. */
function scriptSettings(script: SandboxScript): Record<string, unknown> {
  const { logpush = false, observability, tail_consumers: tails } = script.metadata;
  return {
    logpush,
    tags: tagsOf(script),
    tail_consumers: tails ?? [],
    ...(observability === undefined ? {} : { observability }),
  };
}

function versionSettings(script: SandboxScript): Record<string, unknown> {
  const { metadata } = script;
  return {
    ...scriptSettings(script),
    bindings: ((metadata.bindings as Binding[] | undefined) ?? []).map(shownBinding),
    compatibility_date: metadata.compatibility_date,
    compatibility_flags: metadata.compatibility_flags ?? [],
    placement: metadata.placement ?? {},
    usage_model: 'standard',
    ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
  };
}

function editScriptSettings(call: Call): Answer {
  return succeed(scriptSettings(editMetadata(call, call.jsonObject(10026), SCRIPT_KEYS)));
}

const SCRIPT_KEYS = ['logpush', 'observability', 'tags', 'tail_consumers'];
const VERSION_KEYS = [...SCRIPT_KEYS, 'bindings', 'compatibility_date', 'compatibility_flags', 'placement'];

/** The change comes as a form with one part `settings`; any other content type is refused with 10001. */
async function editVersionSettings(call: Call): Promise<Answer> {
  const type = call.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data'))
    throw refuse(400, 10001, 'Content-Type must be multipart/form-data');
  const parts = await readForm(call.body, type).catch(() => []);
  const part = parts.find(({ name }) => name === 'settings');
  let settings: Record<string, unknown>;
  try {
    settings = JSON.parse(part?.content.toString('utf8') ?? '') as Record<string, unknown>;
  } catch {
    throw refuse(
      400,
      10026,
      'Could not parse the request body: there is no part named settings with JSON in it',
    );
  }
  return succeed(versionSettings(editMetadata(call, settings, [...VERSION_KEYS, 'annotations'])));
}

function editMetadata(call: Call, change: Record<string, unknown>, keys: readonly string[]): SandboxScript {
  const script = scriptOf(call);
  const known = Object.fromEntries(Object.entries(change).filter(([key]) => keys.includes(key)));
  if ('tags' in known) known.tags = readTags(known.tags);
  if ('bindings' in known) {
    const scripts = new Set(scriptsOf(call.world.state, call.account.id).keys());
    known.bindings = readBindings(known.bindings, { known: scripts, variables: 128 });
  }
  return storeScript(call.world, call.account.id, { ...script, metadata: { ...script.metadata, ...known } });
}

function listDeployments(call: Call): Answer {
  const script = scriptOf(call);
  const versionId = deploymentId(script);
  const deployment = {
    id: versionId,
    source: 'api',
    strategy: 'percentage',
    author_email: 'ops@agency.example',
    created_on: script.modifiedOn,
    annotations: { 'workers/triggered_by': 'upload' },
    versions: [{ version_id: versionId, percentage: 100 }],
  };
  return succeed({ deployments: [deployment] });
}

/** Only the live version is kept here. */
function listVersions(call: Call): Answer {
  const script = scriptOf(call);
  const metadata = {
    author_email: 'ops@agency.example',
    created_on: script.modifiedOn,
    modified_on: script.modifiedOn,
    source: 'api',
  };
  return succeed({ items: [{ id: deploymentId(script), number: 1, metadata }] });
}
