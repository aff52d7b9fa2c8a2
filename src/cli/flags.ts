/** Parsed flags, read by the name that commander gives them (`--dry-run` → `dryRun`). */
export class Flags {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  /** Whether a switch is on; a `--no-…` flag leaves its positive name false. */
  on(name: string): boolean {
    return this.values[name] === true;
  }

  /** Whether a `--no-…` switch was given. */
  off(name: string): boolean {
    return this.values[name] === false;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** Every value of a flag that may be repeated. */
  texts(name: string): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value : [];
  }

  /** Whether it was given at all. */
  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  /** How often a counting flag was given. */
  count(name: string): number {
    const value = this.values[name];
    return typeof value === 'number' ? value : 0;
  }
}
