/** Turns uploaded scripts into a configuration of workerd, in the text form of its `workerd.capnp`. Pure. */
import type { SandboxModule, SandboxScript } from '../state.js';

/** Marks the answer for a script that threw; the body is what was thrown. */
export const CRASH_HEADER = 'x-sandbox-crash';
/** Carries `http` or `https`, which the URL of a request shall have though all connections here are plain. */
export const SCHEME_HEADER = 'x-sandbox-scheme';
/** Carries `request.cf` as JSON. */
export const CF_HEADER = 'x-sandbox-cf';

/** One script as a service of workerd. */
export interface WorkerService {
  /** The `worker = (…)` part. */
  definition: string;
  /** Scripts of the same account that its bindings name. */
  boundTo: string[];
  /** What of the upload is not simulated, in sentences. */
  ignored: string[];
}

/** Cloudflare docs, "Multipart upload metadata": the date of a script that names none. */
const OLDEST_COMPATIBILITY_DATE = '2021-11-02';

export function describeService(script: SandboxScript): WorkerService {
  const { metadata } = script;
  const boundTo: string[] = [];
  const ignored: string[] = [];
  const bindings = asArray(metadata.bindings).flatMap((binding) => {
    const text = renderBinding(binding as Record<string, unknown>, boundTo);
    if (text === null) ignored.push(`binding ${JSON.stringify(binding)} is not simulated`);
    return text ?? [];
  });
  const flags = asArray(metadata.compatibility_flags).map((flag) => quote(String(flag)));
  const definition = `(
      ${renderCode(script)},
      compatibilityDate = ${quote(String(metadata.compatibility_date ?? OLDEST_COMPATIBILITY_DATE))},
      compatibilityFlags = [${flags.join(', ')}],
      bindings = [${bindings.join(', ')}],
      globalOutbound = "@origins"
    )`;
  return { definition, boundTo, ignored };
}

/** Runs in place of a script that does not exist or that workerd refuses. */
const STAND_IN = `(
      modules = [(name = "stand-in.js", esModule = ${quote(
        "export default { fetch() { throw new Error('This Worker does not exist or cannot start.'); } };",
      )})],
      compatibilityDate = "2024-01-01"
    )`;

/** Stands before the script, because workerd does not tell a script that threw from one that answers 500. */
const GUARD = `export default {
  async fetch(request, { script }) {
    try {
      return await script.fetch(request);
    } catch (error) {
      return new Response(String(error), { status: 500, headers: { '${CRASH_HEADER}': '1' } });
    }
  },
};
`;

/**
 * The configuration of a workerd that listens on a free loopback port and runs one script, with the scripts
 * that it is bound to beside it. Names that begin with `@` are this file's own; no script can have one.
 *
 * @param main the script that answers
 * @param services by name of script; null, or absent though bound to: a stand-in that throws
 * @param originPort loopback port to which every outgoing request goes
 */
export function renderConfig(
  main: string,
  services: ReadonlyMap<string, WorkerService | null>,
  originPort: number,
): string {
  const workers = new Map([[main, STAND_IN]]);
  for (const service of services.values()) {
    for (const target of service?.boundTo ?? []) workers.set(target, STAND_IN);
  }
  for (const [name, service] of services) workers.set(name, service?.definition ?? STAND_IN);
  const scripts = [...workers].map(([name, worker]) => `    (name = ${quote(name)}, worker = ${worker}),`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
${scripts.join('\n')}
    (name = "@guard", worker = (
      modules = [(name = "guard.js", esModule = ${quote(GUARD)})],
      compatibilityDate = "2024-01-01",
      bindings = [(name = "script", service = ${quote(main)})]
    )),
    (name = "@origins", external = (
      address = "127.0.0.1:${originPort}",
      http = (forwardedProtoHeader = "${SCHEME_HEADER}")
    )),
  ],
  sockets = [(
    name = "http",
    address = "127.0.0.1:0",
    http = (forwardedProtoHeader = "${SCHEME_HEADER}", cfBlobHeader = "${CF_HEADER}"),
    service = "@guard"
  )]
);
`;
}

function renderCode({ metadata, modules }: SandboxScript): string {
  if (typeof metadata.body_part === 'string') {
    const body = modules.find(({ name }) => name === metadata.body_part);
    return `serviceWorkerScript = ${quote(body?.content.toString() ?? '')}`;
  }
  const isMain = ({ name }: SandboxModule) => name === metadata.main_module;
  // workerd starts the first module of the list.
  const ordered = [...modules.filter(isMain), ...modules.filter((module) => !isMain(module))];
  return `modules = [${ordered.flatMap(renderModule).join(', ')}]`;
}

/** The types of Cloudflare docs, "Multipart upload metadata"; a source map is for people, not for workerd. */
function renderModule({ name, type, content }: SandboxModule): string[] {
  const mime = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (mime === 'application/source-map') return [];
  return [`(name = ${quote(name)}, ${moduleBody(mime, content)})`];
}

function moduleBody(mime: string, content: Buffer): string {
  switch (mime) {
    case 'application/javascript+module':
    case 'text/javascript+module':
      return `esModule = ${quote(content.toString())}`;
    case 'application/javascript':
    case 'text/javascript':
      return `commonJsModule = ${quote(content.toString())}`;
    case 'application/json':
      return `json = ${quote(content.toString())}`;
    case 'application/wasm':
      return `wasm = 0x"${content.toString('hex')}"`;
    default:
      return mime.startsWith('text/')
        ? `text = ${quote(content.toString())}`
        : `data = 0x"${content.toString('hex')}"`;
  }
}

function renderBinding(binding: Record<string, unknown>, boundTo: string[]): string | null {
  const named = (value: string) => `(name = ${quote(String(binding.name))}, ${value})`;
  switch (binding.type) {
    case 'plain_text':
    case 'secret_text':
      return named(`text = ${quote(String(binding.text))}`);
    case 'json':
      return named(`json = ${quote(JSON.stringify(binding.json))}`);
    case 'service': {
      const target = String(binding.service);
      boundTo.push(target);
      const entrypoint =
        typeof binding.entrypoint === 'string' ? `, entrypoint = ${quote(binding.entrypoint)}` : '';
      return named(`service = (name = ${quote(target)}${entrypoint})`);
    }
    default:
      return null;
  }
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string literal of the capnp text format, which knows `\xHH` but not `\uHHHH`. */
function quote(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be escaped
  const escaped = text.replace(/[\u0000-\u001f"\\\u007f]/g, (character) => {
    if (character === '\n') return '\\n';
    if (character === '"' || character === '\\') return `\\${character}`;
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}
