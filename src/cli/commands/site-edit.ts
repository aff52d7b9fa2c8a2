import { MaintError } from '../../model/errors.js';
import { mayChange, mayGiveAway } from '../../model/ownership.js';
import { normalDomain } from '../../sites/domain-name.js';
import type { SiteChanges } from '../../store/store.js';
import type { CommandDefinition } from '../command.js';
import type { Flags } from '../flags.js';
import { requireAllowed } from '../ownership.js';
import { requireSelection, selectSites } from '../select-sites.js';
import { changedReply, changeSites } from '../site-edits.js';
import { readEnvironment, readName } from '../site-fields.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [
    {
      flags: '--set-environment <name>',
      help: 'production, staging, development or testing',
      group: 'Change',
    },
    { flags: '--set-project <name>', help: "the project; '' for none", group: 'Change' },
    { flags: '--set-owner <user>', help: "the owner; '' for nobody", group: 'Change' },
    { flags: '--set-name <text>', help: "a name for people; '' for none", group: 'Change' },
    { flags: '--set-token <name>', help: "the named token that serves them; '' for none", group: 'Change' },
    {
      flags: '--set-hostname <host>',
      help: "hostnames that the page covers; repeatable; '' for the default",
      group: 'Change',
      repeat: true,
    },
    { flags: '--subdomains', help: 'the page covers *.domain too', group: 'Change' },
    { flags: '--no-subdomains', help: 'it does not', group: 'Change' },
  ],
  description: 'Changes fields of the selected sites in the catalogue. Nothing at Cloudflare changes.',
  examples: [
    ['maint site edit shop.example --set-environment production --set-owner ada', 'one site'],
    ['maint site edit --project legacy --subdomains', 'every site of a project'],
  ],
  run: async (input, context) => {
    const changes = readChanges(input.flags);
    requireSelection(input);
    const { store, tokens } = await context.maint();
    if (typeof changes.token === 'string') tokens.needing(changes.token);
    const sites = await selectSites(input, context, store, { changing: true });
    const may = 'owner' in changes || 'token' in changes ? mayGiveAway : mayChange;
    requireAllowed({ action: 'site.edit', sites, may }, input.flags, store, context);
    requireHostnamesInZone(changes.ownHostnames ?? [], sites);
    const message = `Changed ${Object.keys(changes).join(', ')}.`;
    changeSites(sites, { action: 'site.edit', message }, store, context, (now) =>
      store.sites.update(
        sites.map(({ id }) => id),
        changes,
        now,
      ),
    );
    return changedReply(
      sites.map(({ domain }) => domain),
      store,
    );
  },
};

function readChanges(flags: Flags): SiteChanges {
  const problems: string[] = [];
  const environment = readEnvironment(flags.text('setEnvironment'), '--set-environment', problems);
  const changes: SiteChanges = {
    ...(environment === undefined ? {} : { environment }),
    ...clearable(flags, 'setProject', 'project', problems),
    ...clearable(flags, 'setOwner', 'owner', problems),
    ...clearable(flags, 'setName', 'name', problems),
    ...clearable(flags, 'setToken', 'token', problems),
    ...(flags.has('setHostname')
      ? { ownHostnames: readHostnames(flags.texts('setHostname'), problems) }
      : {}),
    ...(flags.has('subdomains') ? { subdomains: flags.on('subdomains') } : {}),
  };
  if (problems.length === 0 && Object.keys(changes).length === 0) {
    problems.push("Nothing to change: add a flag such as '--set-environment'.");
  }
  refuseIfWrong(problems, 'site edit');
  return changes;
}

/** A field that an empty value clears. */
function clearable(
  flags: Flags,
  flag: string,
  field: 'project' | 'owner' | 'name' | 'token',
  problems: string[],
): SiteChanges {
  const text = flags.text(flag);
  if (text === undefined) return {};
  if (text.trim() === '') return { [field]: null };
  return { [field]: readName(text, `--set-${field}`, problems) };
}

function readHostnames(values: readonly string[], problems: string[]): readonly string[] | null {
  const hostnames = values.map(normalDomain).filter((host) => host !== '');
  if (hostnames.length === 0) return null;
  for (const host of hostnames) {
    const label = '[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?';
    if (!new RegExp(`^${label}(?:\\.${label})+$`).test(host) || host.length > 253) {
      problems.push(`'--set-hostname ${host}' is no hostname.`);
    }
  }
  return [...new Set(hostnames)].sort();
}

/** A route only works in the zone of its own hostname. */
function requireHostnamesInZone(
  hostnames: readonly string[],
  sites: readonly { readonly zoneName: string }[],
): void {
  const problems = hostnames.flatMap((host) =>
    sites
      .filter(({ zoneName }) => host !== zoneName && !host.endsWith(`.${zoneName}`))
      .map(({ zoneName }) => `The hostname ${host} is not in the zone ${zoneName}.`),
  );
  const [only] = problems;
  if (only !== undefined) throw new MaintError('usage', only, problems.length > 1 ? { problems } : {});
}
