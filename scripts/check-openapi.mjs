/**
 * Holds recorded API calls against a published OpenAPI 3.0 file.
 *
 *   node scripts/check-openapi.mjs <openapi.json> <recorded.ndjson…>
 *
 * A recording is one call a line: method, path, query, body, requestType, status, response, responseType. Every
 * mismatch is printed with its JSON pointer; the exit code is 1 if there is any, 2 for wrong arguments.
 */
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

/** Where the published schema (August 2024) contradicts itself, or what Cloudflare documents and answers since. */
const CORRECTIONS = [
  {
    why: 'Failed answers are published as success and failure at once; failure is what comes.',
    apply({ paths, schemas }) {
      const failure = { $ref: '#/components/schemas/workers_api-response-common-failure' };
      for (const { operation } of operationsOf(paths)) {
        const content = operation.responses[rangeOf(operation, 400)]?.content?.['application/json'];
        const last = content?.schema?.allOf?.at(-1);
        if (last?.$ref?.endsWith('common-failure')) content.schema = last;
        if (content?.schema?.$ref?.endsWith('/workers_api-response-common')) content.schema = failure;
      }
      if (!schemas['workers_api-response-common-failure'])
        throw new Error('not the schema of the Cloudflare API');
    },
  },
  {
    why: 'Codes below 1000 exist: 971 is the answer over the rate limit.',
    apply({ schemas }) {
      for (const [name, schema] of Object.entries(schemas)) {
        if (name.endsWith('_messages')) delete schema.items.properties.code.minimum;
      }
    },
  },
  {
    why: 'A route may run no Worker; its script is then null.',
    apply({ schemas }) {
      allowNull(schemas.workers_routes, 'script');
      allowNull(schemas['workers_route-no-id'], 'script');
    },
  },
  {
    why: 'A DNS record without a comment has the comment null.',
    apply: ({ schemas }) => Object.assign(schemas['dns-records_comment'], { nullable: true }),
  },
  {
    why: 'The usage model of every new Worker is `standard` since 2024.',
    apply: ({ schemas }) =>
      Object.assign(schemas.workers_usage_model, { pattern: '^(standard|bundled|unbound)$' }),
  },
  {
    why: 'Bindings to texts, secrets and the version are documented, but not in the published list.',
    apply({ schemas }) {
      const type = { type: 'string', enum: ['plain_text', 'json', 'secret_text', 'version_metadata'] };
      schemas.workers_binding.oneOf.push({
        type: 'object',
        required: ['name', 'type'],
        properties: { type },
      });
    },
  },
  {
    why: 'The upload form is published with an alternative that any object fits.',
    apply({ paths }) {
      const upload = paths['/accounts/{account_id}/workers/scripts/{script_name}'].put.requestBody;
      const form = upload.content['multipart/form-data'];
      form.schema = form.schema.oneOf[0];
    },
  },
  {
    why: 'Query parameters that were documented later.',
    apply({ paths }) {
      const scripts = '/accounts/{account_id}/workers/scripts';
      paths['/zones'].get.parameters.push(textParameter('type'));
      paths[scripts].get.parameters.push(textParameter('tags'));
      const upload = paths[`${scripts}/{script_name}`].put;
      upload.parameters.push(textParameter('excludeScript'), textParameter('bindings_inherit'));
    },
  },
];

/** Set by Cloudflare and published as required in requests too, without being marked read-only. */
const SET_BY_CLOUDFLARE = new Set(['id', 'proxiable', 'created_on', 'modified_on']);

function main([openApiPath, ...recordingPaths]) {
  if (openApiPath === undefined || recordingPaths.length === 0) {
    console.error('usage: node scripts/check-openapi.mjs <openapi.json> <recorded.ndjson…>');
    return 2;
  }
  const document = JSON.parse(readFileSync(openApiPath, 'utf8'));
  const { paths, components } = document;
  for (const { operation } of operationsOf(paths)) inlineShared(operation, components);
  for (const { apply } of CORRECTIONS) apply({ paths, schemas: components.schemas });
  const checker = createChecker(document);
  const tally = { calls: 0, checked: 0, unknown: new Map(), mismatches: [] };
  for (const path of recordingPaths) {
    for (const line of readFileSync(path, 'utf8').split('\n'))
      if (line !== '') checkCall(checker, JSON.parse(line), tally);
  }
  return report(tally);
}

function operationsOf(paths) {
  return Object.entries(paths).flatMap(([path, operations]) => {
    return Object.entries(operations).map(([method, operation]) => ({ path, method, operation }));
  });
}

/** Puts shared request bodies and answers where they are used, so that pointers lead through them. */
function inlineShared(operation, components) {
  const resolve = (node) =>
    node?.$ref ? structuredClone(components[node.$ref.split('/')[2]][node.$ref.split('/')[3]]) : node;
  if (operation.requestBody) operation.requestBody = resolve(operation.requestBody);
  for (const [status, answer] of Object.entries(operation.responses))
    operation.responses[status] = resolve(answer);
}

/** The name of the answers from x00 to x99: published as `4XX` here and `4xx` there. */
function rangeOf(operation, status) {
  const range = `${String(status)[0]}XX`;
  return Object.keys(operation.responses).find((name) => name.toUpperCase() === range);
}

function allowNull(schema, property) {
  schema.properties[property] = { nullable: true, allOf: [schema.properties[property]] };
}

function textParameter(name) {
  return { in: 'query', name, schema: { type: 'string' } };
}

/**
 * Endpoints of their own that a template of a smaller file would take for its own: `settings/ssl_automatic_mode`
 * is none of the zone settings (Cloudflare API reference, SSL → Automatic Upgrader).
 */
const OF_THEIR_OWN = ['/settings/ssl_automatic_mode'];

function templateOf(checker, path) {
  const found = checker.templates.find(({ pattern }) => pattern.test(path));
  const own = OF_THEIR_OWN.find((end) => path.endsWith(end));
  return own === undefined || found?.path.endsWith(own) ? found : undefined;
}

function checkCall(checker, call, tally) {
  tally.calls += 1;
  const template = templateOf(checker, call.path);
  const operation = template?.operations[call.method.toLowerCase()];
  if (!operation) {
    const path = call.path.replace(/[0-9a-f]{32}/g, '{id}').replace(/(?<=\/scripts\/)[^/]+/, '{name}');
    const name = `${call.method} ${path}`;
    tally.unknown.set(name, (tally.unknown.get(name) ?? 0) + 1);
    return;
  }
  tally.checked += 1;
  const base = `#/paths/${escapePointer(template.path)}/${call.method.toLowerCase()}`;
  const problems = call.status < 400 ? checkRequest(checker, operation, base, call) : [];
  if (!call.faked) problems.push(...checkAnswer(checker, operation, base, call));
  for (const problem of problems)
    tally.mismatches.push(`${call.method} ${call.path} ${call.status}: ${problem}`);
}

/** Only requests that were accepted have to fit: tests send wrong ones on purpose. */
function checkRequest(checker, operation, base, call) {
  const problems = [];
  for (const [name, value] of Object.entries(call.query ?? {})) {
    const index = (operation.parameters ?? []).findIndex((each) => each.in === 'query' && each.name === name);
    if (index < 0) problems.push(`query parameter ${name} is not in the schema`);
    else problems.push(...checker.query(`${base}/parameters/${index}/schema`, value, `query ${name}`));
  }
  const type = mediaType(call.requestType);
  if (call.body === undefined || !operation.requestBody) return problems;
  if (!operation.requestBody.content?.[type])
    return [...problems, `request type ${type} is not in the schema`];
  const pointer = `${base}/requestBody/content/${escapePointer(type)}/schema`;
  return [...problems, ...checker.request(pointer, call.body, 'request')];
}

function checkAnswer(checker, operation, base, call) {
  const statuses = [String(call.status), rangeOf(operation, call.status), 'default'];
  const status = statuses.find((each) => operation.responses[each] !== undefined);
  if (status === undefined) return [`status ${call.status} is not in the schema`];
  const schema = operation.responses[status].content?.['application/json']?.schema;
  if (!schema) return [];
  if (mediaType(call.responseType) !== 'application/json')
    return [`answer of type ${call.responseType}, not JSON`];
  return checker.answer(
    `${base}/responses/${status}/content/application~1json/schema`,
    call.response,
    'answer',
  );
}

/** Three validators over the same document: answers, requests (read-only fields not required), query strings. */
function createChecker(document) {
  const templates = Object.entries(document.paths).map(([path, operations]) => {
    const pattern = new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`);
    return { path, operations, pattern };
  });
  const validator = (root, options) => {
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false, ...options });
    addFormats.default(ajv);
    ajv.addSchema({ ...root, $id: 'openapi' });
    return (pointer, value, where) => {
      const validate = ajv.compile({
        $ref: `openapi${pointer.split('/').map(encodeURIComponent).join('/').replace('%23', '#')}`,
      });
      if (validate(structuredClone(value))) return [];
      const found = validate.errors.map(({ instancePath, message, params }) => {
        return `${where} ${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
      });
      return [...new Set(found)].slice(0, 8);
    };
  };
  return {
    templates,
    answer: validator(toJsonSchema(document, false), {}),
    request: validator(toJsonSchema(document, true), {}),
    query: validator(toJsonSchema(document, true), { coerceTypes: true }),
  };
}

/** OpenAPI 3.0 to JSON Schema, recursively and wherever it stands in the document. */
function toJsonSchema(node, isRequest) {
  if (Array.isArray(node)) return node.map((item) => toJsonSchema(item, isRequest));
  if (typeof node !== 'object' || node === null) return node;
  if (typeof node.$ref === 'string') return { $ref: node.$ref };
  const schema = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'example' || key === 'examples' || key === 'default') continue;
    if (key === 'enum' || key === 'nullable') continue;
    if (key === 'properties') {
      schema.properties = {};
      for (const [name, each] of Object.entries(value))
        schema.properties[name] = toJsonSchema(each, isRequest);
      continue;
    }
    // Branches of a published oneOf overlap (an empty object fits several), so one or more must fit.
    schema[key === 'oneOf' ? 'anyOf' : key] = toJsonSchema(value, isRequest);
  }
  if (Array.isArray(node.enum)) schema.enum = node.nullable ? [...node.enum, null] : node.enum;
  if (schema.format === 'binary') delete schema.type;
  if (isRequest && Array.isArray(node.required)) {
    schema.required = node.required.filter((name) => {
      return node.properties?.[name]?.readOnly !== true && !SET_BY_CLOUDFLARE.has(name);
    });
  }
  return node.nullable === true ? orNull(schema) : schema;
}

function orNull(schema) {
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

function mediaType(header) {
  return (header ?? '').split(';')[0].trim().toLowerCase();
}

function escapePointer(segment) {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

function report({ calls, checked, unknown, mismatches }) {
  const counted = new Map();
  for (const mismatch of mismatches) counted.set(mismatch, (counted.get(mismatch) ?? 0) + 1);
  for (const [mismatch, times] of counted) console.log(times > 1 ? `${mismatch} (${times} times)` : mismatch);
  const skipped = [...unknown.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    `${calls} calls: ${checked} checked, ${mismatches.length} mismatches, ${skipped} not in the schema`,
  );
  for (const [name, count] of [...unknown].sort()) console.log(`  not in the schema: ${name} (${count})`);
  return mismatches.length > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
