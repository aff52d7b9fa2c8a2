/** What people write about a site, as the journal keeps it: by it teardown tells whether somebody did since. Pure. */
import type { Site } from '../model/site.js';

/** What is not among them follows Cloudflare and the tokens at hand: `discover` and `setup` keep it up to date. */
const LABELS = {
  name: 'name',
  environment: 'environment',
  project: 'project',
  owner: 'owner',
  tags: 'tags',
  shares: 'shares',
  groups: 'groups',
  ownHostnames: 'hostnames',
  subdomains: 'sub-domains',
} as const satisfies Partial<Record<keyof Site, string>>;

type Field = keyof typeof LABELS;
const FIELDS = Object.keys(LABELS) as Field[];

/** The fields as JSON. */
export function writtenFields(site: Pick<Site, Field>): string {
  return JSON.stringify(Object.fromEntries(FIELDS.map((field) => [field, site[field]])));
}

/** Names of the fields that are no longer as they were kept; of a site whose fields were not kept, none. */
export function rewrittenFields(kept: string | null, site: Pick<Site, Field>): string[] {
  const before = JSON.parse(kept ?? '{}') as Partial<Pick<Site, Field>>;
  return FIELDS.filter((field) => field in before && unlike(before[field], site[field])).map(
    (field) => LABELS[field],
  );
}

/** Lists hold the same in any order. */
function unlike(a: unknown, b: unknown): boolean {
  const [one, other] = [a, b].map((value) => (Array.isArray(value) ? value.map(textOf).sort() : value));
  return textOf(one) !== textOf(other);
}

function textOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}
