const MOST = 30;

/**
 * The values of an `Accept` or `Accept-Language` header in lower case, the most wanted first, of equals the one
 * named first; refused and malformed ones are left out (RFC 9110, 12.4.2).
 */
export function preferences(header: string | null): string[] {
  return (header ?? '')
    .toLowerCase()
    .split(',', MOST)
    .map((item) => ({
      value: item.split(';', 1).join().trim(),
      quality: Number(/;\s*q=([\d.]*)/.exec(item)?.[1] ?? 1),
    }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ value }) => value);
}
