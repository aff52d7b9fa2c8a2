/** Spans of time in which something is so: an outage, a storm, a network that is gone. Milliseconds. */

export interface Span {
  readonly from: number;
  /** The first moment at which it is over. */
  readonly to: number;
}

/** Answers in constant time, for questions about moments that never go back. */
export class Timeline {
  readonly spans: readonly Span[];
  #next = 0;

  constructor(spans: readonly Span[]) {
    this.spans = merged(spans);
  }

  isOn(now: number): boolean {
    return this.spanAt(now) !== null;
  }

  spanAt(now: number): Span | null {
    while ((this.spans[this.#next]?.to ?? Number.POSITIVE_INFINITY) <= now) this.#next += 1;
    const span = this.spans[this.#next];
    return span !== undefined && span.from <= now ? span : null;
  }

  /** How often it began or ended within these moments, both inclusive. */
  changes(from: number, to: number): number {
    let count = 0;
    for (let at = Math.min(this.#next, this.spans.length - 1); at >= 0; at -= 1) {
      const span = this.spans[at] as Span;
      if (span.to < from) break;
      count += [span.from, span.to].filter((moment) => moment >= from && moment <= to).length;
    }
    return count;
  }
}

function merged(spans: readonly Span[]): Span[] {
  const whole: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = whole.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else whole.push({ from, to });
  }
  return whole;
}
