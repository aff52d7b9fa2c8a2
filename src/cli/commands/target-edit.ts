import { MaintError } from '../../model/errors.js';
import type { Target, TargetPolicy } from '../../model/target.js';
import { type CommandDefinition, reply } from '../command.js';
import type { Flags } from '../flags.js';
import { resultJson, targetJson } from '../output/target-json.js';
import { targetTable } from '../output/target-table.js';
import { requireAllowed } from '../ownership.js';
import { requireTargets, selectTargets, sitesOfTargets, TARGET_FLAG } from '../select-targets.js';
import { changeSites } from '../site-edits.js';
import {
  isTemplate,
  POLICY_FLAGS,
  policyProblems,
  readPolicyFlags,
  TRY_FLAGS,
  urlFor,
} from '../target-flags.js';
import { refuseUnwell, seenText, tryTargets } from '../try-targets.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [
    TARGET_FLAG,
    ...POLICY_FLAGS,
    { flags: '--no-auto-enable', help: 'do not put the page up', group: 'Change' },
    { flags: '--no-auto-disable', help: 'do not take it down', group: 'Change' },
    ...TRY_FLAGS,
  ],
  description:
    'Changes what is given, of every target selected, and asks for each URL once to say what it sees. Another URL ' +
    'or expectation starts counting anew.',
  examples: [
    ['maint target edit shop.example --url https://shop.example/', 'another URL'],
    ['maint target edit --environment production --failures 5 --auto-enable', 'many at once'],
    ['maint target edit --target 12 --no-auto-enable', 'a single one'],
  ],
  run: async (input, context) => {
    const { flags } = input;
    const changes = readChanges(flags);
    requireTargets(input, 'target edit');
    const maint = await context.maint();
    const { store } = maint;
    const targets = await selectTargets(input, context, store, { command: 'target edit', changing: true });
    requireAllowed({ action: 'target.edit', sites: sitesOfTargets(targets, store) }, flags, store, context);
    const edits = targets.map((target) => edit(target, changes));
    requirePossible(edits, changes);
    const wanted = edits.map(({ target, policy }) => ({ domain: target.domain, policy }));
    const trials = flags.off('try') ? [] : await tryTargets(maint, wanted, { suggest: false });
    const willAct = changes.autoEnable === true || changes.url !== undefined;
    if (willAct && !flags.on('force'))
      refuseUnwell(trials.filter((_, index) => edits[index]?.policy.autoEnable));
    const message = `Changed ${Object.keys(changes).join(', ')} of what is checked.`;
    changeSites(targets, { action: 'target.edit', message }, store, context, () => {
      for (const { target, changed } of edits) store.targets.update(target.id, changed);
    });
    for (const one of trials) context.say(`${one.url} ${seenText(one)}.`);
    const after = store.targets.list({ ids: targets.map(({ id }) => id) });
    return reply(after, targetTable, {
      fields: {
        changed: after.length,
        targets: after.map((target) => {
          const index = targets.findIndex(({ id }) => id === target.id);
          const tried = trials[index];
          return { ...targetJson(target), tried: tried === undefined ? null : resultJson(tried.result) };
        }),
      },
    });
  },
};

function readChanges(flags: Flags): Partial<TargetPolicy> {
  const problems: string[] = [];
  const changes = readPolicyFlags(flags, problems);
  if (problems.length === 0 && Object.keys(changes).length === 0) {
    problems.push("Nothing to change: add a flag such as '--interval'.");
  }
  refuseIfWrong(problems, 'target edit');
  return changes;
}

interface Edit {
  readonly target: Target;
  readonly changed: Partial<TargetPolicy>;
  readonly policy: TargetPolicy;
}

function edit(target: Target, changes: Partial<TargetPolicy>): Edit {
  const url = changes.url === undefined ? {} : { url: urlFor(changes.url, target.domain) };
  const changed = { ...changes, ...url };
  const { id: _id, domain: _domain, standing: _standing, createdAt: _createdAt, ...before } = target;
  return { target, changed, policy: { ...before, ...changed } };
}

function requirePossible(edits: readonly Edit[], { url }: Partial<TargetPolicy>): void {
  const sites = new Set(edits.map(({ target }) => target.domain));
  if (url !== undefined && sites.size > 1 && !isTemplate(url)) {
    throw new MaintError('usage', `One URL cannot be that of ${sites.size} sites.`, {
      hint: "Write {domain} where the domain belongs, as in 'https://{domain}/health/'.",
    });
  }
  if (url !== undefined && edits.length > sites.size) {
    throw new MaintError('usage', 'A site would get the same URL twice.', {
      hint: "Name the target with '--target'; 'maint target list' shows the numbers.",
    });
  }
  const problems = edits.flatMap(({ target, policy }) =>
    policyProblems(policy).map((problem) => `target ${target.id} of ${target.domain}: ${problem}`),
  );
  refuseIfWrong(problems, 'target edit');
}
