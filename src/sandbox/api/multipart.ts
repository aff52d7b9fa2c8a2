/** multipart/form-data, in and out. */

export interface FormPart {
  name: string;
  /** The file name where the part has one. */
  fileName: string | null;
  /** MIME type; empty for a plain field. */
  type: string;
  content: Buffer;
}

/**
 * Takes a form apart.
 * @param contentType the Content-Type header with its boundary
 * @throws TypeError where the body is no such form
 */
export async function readForm(body: Buffer, contentType: string): Promise<FormPart[]> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  const parts: FormPart[] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string') {
      parts.push({ name, fileName: null, type: '', content: Buffer.from(value) });
    } else {
      const content = Buffer.from(await value.arrayBuffer());
      parts.push({ name, fileName: value.name, type: value.type, content });
    }
  }
  return parts;
}

/** Writes files as a form. @param boundary must occur in none of them */
export function writeForm(parts: readonly FormPart[], boundary: string): { type: string; body: Buffer } {
  const chunks: Buffer[] = [];
  for (const part of parts) {
    const file = part.fileName === null ? '' : `; filename="${part.fileName}"`;
    const type = part.type === '' ? '' : `Content-Type: ${part.type}\r\n`;
    chunks.push(
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${part.name}"${file}\r\n${type}\r\n`,
      ),
    );
    chunks.push(part.content, Buffer.from('\r\n'));
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  return { type: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(chunks) };
}
