import { distance } from 'fastest-levenshtein';

/**
 * The known word that a mistyped one most likely meant, or null where none is near: one in three letters may
 * be wrong, and at least one.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  const wanted = word.toLowerCase();
  let best: { word: string; steps: number } | null = null;
  for (const candidate of known) {
    const steps = distance(wanted, candidate.toLowerCase());
    if (best === null || steps < best.steps) best = { word: candidate, steps };
  }
  return best !== null && best.steps <= Math.max(1, Math.floor(word.length / 3)) ? best.word : null;
}

/** ` Did you mean 'x'?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === null ? '' : ` Did you mean '${near}'?`;
}
