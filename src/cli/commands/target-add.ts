import type { Maint } from '../../maint.js';
import { MaintError } from '../../model/errors.js';
import type { Site } from '../../model/site.js';
import { DEFAULT_POLICY, type Target, type TargetPolicy } from '../../model/target.js';
import { type CommandDefinition, type Context, type Reply, reply } from '../command.js';
import type { Flags } from '../flags.js';
import { resultJson, targetJson } from '../output/target-json.js';
import { targetTable } from '../output/target-table.js';
import { requireAllowed } from '../ownership.js';
import { requireSelection, selectSites } from '../select-sites.js';
import { changeSites } from '../site-edits.js';
import {
  isTemplate,
  POLICY_FLAGS,
  policyProblems,
  readPolicyFlags,
  TRY_FLAGS,
  urlFor,
} from '../target-flags.js';
import { DEFAULT_URL, refuseUnwell, seenText, type Trial, tryTargets } from '../try-targets.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [...POLICY_FLAGS, ...TRY_FLAGS],
  description:
    "Has the selected sites checked by 'maint monitor', and asks for each URL once to say what it sees. Without " +
    '--url that is https://<domain>/health/. Nothing is put up or taken down unless --auto-enable and ' +
    '--auto-disable say so.',
  examples: [
    ['maint target add shop.example --interval 30s', 'watch a site and tell when it is down'],
    [
      'maint target add --tag critical --url https://{domain}/ --auto-enable --auto-disable',
      'also put the page up when it is down, and take it away when it is up again',
    ],
    [
      "maint target add api.example --url https://api.example/v1/ping --expect-text pong --header 'accept: text/plain'",
      'an answer that must hold a text',
    ],
  ],
  run: async (input, context) => {
    const policy = readPolicy(input.flags);
    requireSelection(input);
    const maint = await context.maint();
    const sites = await selectSites(input, context, maint.store, { changing: true });
    requireAllowed({ action: 'target.add', sites }, input.flags, maint.store, context);
    if (sites.length > 1 && !isTemplate(policy.url)) {
      throw new MaintError('usage', `One URL cannot be that of ${sites.length} sites.`, {
        hint: "Write {domain} where the domain belongs: '--url https://{domain}/health/'.",
      });
    }
    const wanted = sites.map((site) => ({
      site,
      policy: { ...policy, url: urlFor(policy.url, site.domain) },
    }));
    const fresh = wanted.filter((one) => existing(one, maint) === null);
    const trials = input.flags.off('try') ? [] : await trial(fresh, input.flags, maint);
    if (policy.autoEnable && !input.flags.on('force')) refuseUnwell(trials);
    return addAll(wanted, trials, maint, context);
  },
};

interface Wanted {
  readonly site: Site;
  readonly policy: TargetPolicy;
}

function readPolicy(flags: Flags): TargetPolicy {
  const problems: string[] = [];
  const given = readPolicyFlags(flags, problems);
  const timeoutMs = Math.min(DEFAULT_POLICY.timeoutMs, given.intervalMs ?? DEFAULT_POLICY.intervalMs);
  const policy = { ...DEFAULT_POLICY, url: DEFAULT_URL, timeoutMs, ...given };
  refuseIfWrong([...problems, ...policyProblems(policy)], 'target add');
  return policy;
}

function existing({ site, policy }: Wanted, { store }: Maint): Target | null {
  return store.targets.byDomain(site.domain).find(({ url }) => url === policy.url) ?? null;
}

async function trial(fresh: readonly Wanted[], flags: Flags, maint: Maint) {
  const targets = fresh.map(({ site, policy }) => ({ domain: site.domain, policy }));
  return tryTargets(maint, targets, { suggest: !flags.has('url') });
}

function addAll(wanted: readonly Wanted[], trials: readonly Trial[], maint: Maint, context: Context): Reply {
  const { store } = maint;
  const known = new Map(wanted.map((one) => [one.site.domain, existing(one, maint)]));
  const fresh = wanted.filter(({ site }) => known.get(site.domain) === null);
  const added = new Map<string, Target>();
  const entry = { action: 'target.add', message: 'Has it checked.' };
  changeSites(
    fresh.map(({ site }) => site),
    entry,
    store,
    context,
    (now) => {
      for (const { site, policy } of fresh)
        added.set(site.domain, store.targets.insert(site.domain, policy, now));
    },
  );
  const targets = wanted.flatMap(({ site }) => {
    const target = added.get(site.domain) ?? known.get(site.domain) ?? null;
    const tried = trials.find(({ domain }) => domain === site.domain) ?? null;
    return target === null
      ? []
      : [{ target, tried, outcome: added.has(site.domain) ? 'added' : 'unchanged' }];
  });
  for (const one of trials) context.say(`${one.url} ${seenText(one)}.`);
  if (added.size < wanted.length) {
    context.say(`${wanted.length - added.size} have this target already; 'maint target edit' changes it.`);
  }
  return reply(
    targets.map(({ target }) => target),
    targetTable,
    {
      fields: {
        summary: { selected: wanted.length, added: added.size, unchanged: wanted.length - added.size },
        targets: targets.map(({ target, tried, outcome }) => ({
          outcome,
          ...targetJson(target),
          tried: tried === null ? null : resultJson(tried.result),
          suggestion: tried?.suggestion ?? null,
        })),
      },
    },
  );
}
