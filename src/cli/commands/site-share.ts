import { mayGiveAway } from '../../model/ownership.js';
import { ROLES, Role } from '../../model/vocabulary.js';
import type { CommandDefinition } from '../command.js';
import { requireAllowed } from '../ownership.js';
import { requireSelection, selectSites } from '../select-sites.js';
import { changedReply, changeSites } from '../site-edits.js';
import { readName } from '../site-fields.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [
    { flags: '--with <user>', help: 'who may work on them too; repeatable', group: 'Change', repeat: true },
    {
      flags: '--role <role>',
      help: 'viewer: see; operator: change; owner: also share and forget; operator unless given',
      group: 'Change',
      choices: ROLES,
    },
    { flags: '--revoke <user>', help: 'who may no longer; repeatable', group: 'Change', repeat: true },
  ],
  description:
    'Shares the selected sites with other people: a viewer sees them, an operator changes them, an owner also\n' +
    'shares and forgets them. This guards against mistakes on this store; what somebody can really do is decided\n' +
    "by their token's permissions at Cloudflare.",
  examples: [
    ['maint site share --project shop --with grace', 'every site of a project'],
    ['maint site share shop.example --revoke grace', 'no longer'],
  ],
  run: async (input, context) => {
    const { flags } = input;
    const problems: string[] = [];
    const users = flags.texts('with').flatMap((user) => readName(user, '--with', problems) ?? []);
    const revoked = flags.texts('revoke').flatMap((user) => readName(user, '--revoke', problems) ?? []);
    if (problems.length === 0 && users.length + revoked.length === 0) {
      problems.push("Nothing to change: add '--with <user>' or '--revoke <user>'.");
    }
    refuseIfWrong(problems, 'site share');
    requireSelection(input);
    const role = Role.safeParse(flags.text('role')).data ?? 'operator';
    const { store } = await context.maint();
    const sites = await selectSites(input, context, store, { changing: true });
    requireAllowed({ action: 'site.share', sites, may: mayGiveAway }, flags, store, context);
    const ids = sites.map(({ id }) => id);
    const message = [...users.map((user) => `+${user} (${role})`), ...revoked.map((user) => `-${user}`)].join(
      ' ',
    );
    changeSites(sites, { action: 'site.share', message }, store, context, (now) => {
      if (users.length > 0) store.sites.share(ids, users, role, now);
      if (revoked.length > 0) store.sites.unshare(ids, revoked, now);
    });
    return changedReply(
      sites.map(({ domain }) => domain),
      store,
    );
  },
};
