import { MaintError } from '../../model/errors.js';
import { type CommandDefinition, reply } from '../command.js';
import { readName } from '../site-fields.js';
import { refuseIfWrong } from '../wrong-use.js';

export const command: CommandDefinition = {
  arguments: [{ name: '<name>', help: 'what it is called' }],
  flags: [{ flags: '--description <text>', help: 'what it is for', group: 'Change' }],
  examples: [["maint group create launch --description 'Sites of the autumn launch'", 'an empty group']],
  run: async ({ args, flags }, context) => {
    const problems: string[] = [];
    const name = readName(args[0], 'name', problems) ?? '';
    const description = readName(flags.text('description'), '--description', problems) ?? null;
    refuseIfWrong(problems, 'group create');
    const { store } = await context.maint();
    if (store.groups.get(name) !== null) {
      throw new MaintError('usage', `There is a group '${name}' already.`, {
        hint: `'maint group add ${name}' puts sites into it.`,
      });
    }
    store.groups.create(name, description, context.terminal.now().toISOString());
    context.say(`Created the group ${name}.`);
    return reply({ group: store.groups.get(name) }, () => '');
  },
};
