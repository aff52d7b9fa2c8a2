import type { CommandDefinition } from '../command.js';
import { requireAllowed } from '../ownership.js';
import { requireSelection, selectSites } from '../select-sites.js';
import { changedReply, changeSites } from '../site-edits.js';
import { readName } from '../site-fields.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [
    { flags: '--add <tag>', help: 'a tag to add; repeatable', group: 'Change', repeat: true },
    { flags: '--remove <tag>', help: 'a tag to remove; repeatable', group: 'Change', repeat: true },
  ],
  description: 'Adds tags to the selected sites and removes others.',
  examples: [
    ['maint site tag shop.example blog.example --add critical', 'two sites'],
    ['maint site tag --tag beta --remove beta --add live', 'from one tag to another'],
  ],
  run: async (input, context) => {
    const problems: string[] = [];
    const add = input.flags.texts('add').flatMap((tag) => readName(tag, '--add', problems) ?? []);
    const remove = input.flags.texts('remove').flatMap((tag) => readName(tag, '--remove', problems) ?? []);
    if (problems.length === 0 && add.length + remove.length === 0) {
      problems.push("Nothing to change: add '--add <tag>' or '--remove <tag>'.");
    }
    for (const tag of add.filter((name) => remove.includes(name))) {
      problems.push(`The tag '${tag}' is both added and removed.`);
    }
    refuseIfWrong(problems, 'site tag');
    requireSelection(input);
    const { store } = await context.maint();
    const sites = await selectSites(input, context, store, { changing: true });
    requireAllowed({ action: 'site.tag', sites }, input.flags, store, context);
    const message = [...add.map((tag) => `+${tag}`), ...remove.map((tag) => `-${tag}`)].join(' ');
    changeSites(sites, { action: 'site.tag', message }, store, context, (now) =>
      store.sites.tag(
        sites.map(({ id }) => id),
        add,
        remove,
        now,
      ),
    );
    return changedReply(
      sites.map(({ domain }) => domain),
      store,
    );
  },
};
