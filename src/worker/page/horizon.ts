/**
 * The page's one ornament: a horizon, and over it a light that travels from the beginning of the maintenance to
 * its expected end. Drawn with attributes alone, so that the page needs no inline style.
 */

/** The curve is a parabola over 1000 units: its height at the edges, and how far its control point lies above. */
const BASE = 190;
const RISE = 110;
/** Keeps the light in view at both ends. */
const MARGIN = 0.03;

/**
 * @param passed 0 to 1; null where no end is known: the light then rests in the middle and breathes
 * @returns an SVG element, hidden from assistive technology: the same is said in words beside it
 */
export function horizon(passed: number | null): string {
  const at = Math.min(1 - MARGIN, Math.max(MARGIN, passed ?? 0.5));
  const x = 1000 * at;
  const y = BASE - 2 * RISE * at * (1 - at);
  const curve = `M0 ${BASE}Q500 ${BASE - RISE} 1000 ${BASE}`;
  const way = passed === null ? '' : `<path d="M0 ${BASE}Q${x / 2} ${BASE - RISE * at} ${x} ${y}"/>`;
  return `<svg${passed === null ? ' class="open"' : ''} viewBox="0 0 1000 240" aria-hidden="true">
<radialGradient id="glow">${glow()}</radialGradient>
<circle cx="${x}" cy="${y}" r="160" fill="url(#glow)"/>
<path class="ground" d="${curve}V9999H0Z"/>
<path class="line" d="${curve}"/>
${way}<path class="light" d="M${x} ${y}h.01"/>
</svg>`;
}

/** Fades out without an edge that the eye could find. */
function glow(): string {
  const stops = [0.5, 0.29, 0.15, 0.065, 0.02, 0];
  return stops.map((opacity, index) => `<stop offset="${index / 5}" stop-opacity="${opacity}"/>`).join('');
}
