/** Flags, environment and settings file → one validated Config. The only reader of the environment. */

/** Everything that `maint` needs to know of the world outside, validated. */
export interface Config {
  /** null where none was given: commands that need no Cloudflare still work. */
  readonly token: string | null;
  /** Where the token came from, for people: `CLOUDFLARE_API_TOKEN`, `--api-token` … */
  readonly tokenSource: string | null;
  /** Narrows everything to one account. */
  readonly accountId: string | null;
  readonly baseUrl: string;
  readonly dbPath: string;
  readonly actor: string;
  /** `host:port` to which every probe of a site connects instead of the site's own address. */
  readonly connectTo: { readonly host: string; readonly port: number } | null;
  readonly proxy: { readonly http?: string; readonly https?: string; readonly no?: string };
  readonly maxWaitMs: number;
}
