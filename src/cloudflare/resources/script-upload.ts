/** A script as the form that Cloudflare takes. */
import type { FormData } from 'undici';
import type { ScriptUpload } from '../api.js';

/** Longest `workers/message` annotation, in bytes (Cloudflare docs, Workers → Multipart upload metadata). */
const MESSAGE_BYTES = 1000;

/**
 * The multipart form of an upload: `metadata`, then a part for each module whose field and file name are the
 * module's own. Bindings, tags and settings that are not in it are dropped by Cloudflare, which is what an
 * upload that is meant to be the whole truth wants.
 */
export async function uploadForm(upload: ScriptUpload): Promise<FormData> {
  const { FormData } = (await import('undici')).default;
  const metadata = {
    main_module: upload.mainModule,
    compatibility_date: upload.compatibilityDate,
    bindings: Object.entries(upload.services).map(([name, service]) => ({ type: 'service', name, service })),
    tags: upload.tags,
    ...(upload.message === '' ? {} : { annotations: annotate(upload.message) }),
  };
  const form = new FormData();
  form.set('metadata', new Blob([JSON.stringify(metadata)], { type: 'application/json' }), 'metadata.json');
  for (const { name, type, content } of upload.modules) form.set(name, new Blob([content], { type }), name);
  return form;
}

function annotate(message: string): Record<string, string> {
  return { 'workers/message': cutToBytes(message, MESSAGE_BYTES) };
}

/** The longest beginning of a text that fits, no character cut in half. */
function cutToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  return new TextDecoder().decode(bytes.subarray(0, most), { stream: true });
}
