import { type CommandDefinition, reply } from '../command.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const command: CommandDefinition = {
  arguments: [{ name: '<shell>', help: 'your shell', choices: SHELLS }],
  description: 'Prints a completion script. Domains, groups and tags come from the store on this computer.',
  examples: [
    ['source <(maint completion bash)', 'in ~/.bashrc, or the same with zsh in ~/.zshrc'],
    ['maint completion fish > ~/.config/fish/completions/maint.fish', 'for fish'],
  ],
  run: async ({ args: [shell] }) => {
    const { wholeProgram } = await import('../program.js');
    const { commandTree } = await import('../completion/command-tree.js');
    const { completionScript } = await import('../completion/shell-scripts.js');
    const tree = commandTree(await wholeProgram({ version: '' }));
    const script = completionScript(SHELLS.find((name) => name === shell) ?? 'bash', tree);
    return reply({ shell, script }, (data) => data.script);
  },
};
