/** Completion scripts, written from the command tree. Values of the store come from `maint __complete <kind>`. */
import type { CommandWord, FlagWord } from './command-tree.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function completionScript(shell: Shell, tree: readonly CommandWord[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](tree);
}

/** A word for any of the shells: single quotes keep every character but their own. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Shell patterns of the flags that take a value, with what completes it; the same in bash and zsh. */
function valueCases(tree: readonly CommandWord[], offer: (flag: FlagWord) => string, files: string): string {
  const cases = new Map<string, string>();
  for (const { flags } of tree) {
    for (const flag of flags.filter(({ takesValue }) => takesValue)) {
      const does = flag.kind !== null || flag.choices.length > 0 ? offer(flag) : files;
      for (const word of flag.words) cases.set(word, cases.get(word) ?? does);
    }
  }
  const actions = [...new Set(cases.values())];
  return actions
    .map((does) => {
      const words = [...cases].filter(([, action]) => action === does).map(([word]) => word);
      return `    ${words.join('|')}) ${does}; return ;;\n`;
    })
    .join('');
}

/** Recognises the words that name a command as they come. */
function pathCases(tree: readonly CommandWord[]): string {
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return paths.join('|');
}

function offeredWords({ subcommands, choices }: CommandWord): string {
  return [...subcommands.map(({ name }) => name), ...choices].join(' ');
}

function commandCases(tree: readonly CommandWord[]): string {
  return tree
    .map((command) => {
      const flags = command.flags.flatMap(({ words }) => words).join(' ');
      return `    ${quoted(command.path)}) flags=${quoted(flags)} words=${quoted(offeredWords(command))} kind=${command.kind ?? "''"} ;;\n`;
    })
    .join('');
}

function bashScript(tree: readonly CommandWord[]): string {
  const offer = ({ kind, choices }: FlagWord) =>
    kind === null ? `_maint_words ${quoted(choices.join(' '))}` : `_maint_values ${kind}`;
  return `# bash completion for maint
_maint_words() {
  COMPREPLY+=($(compgen -W "$1" -- "$cur"))
}
# Values of the store are never expanded by the shell: they are read line by line and quoted.
_maint_values() {
  local value
  while IFS= read -r value; do
    [[ $value == "$cur"* ]] && COMPREPLY+=("$(printf '%q' "$value")")
  done < <(maint __complete "$1" 2>/dev/null)
}
_maint() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  local path='' word flags='' words='' kind='' index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${path:+$path }\${COMP_WORDS[index]}
    case $word in
      ${pathCases(tree)}) path=$word ;;
    esac
  done
  case $prev in
${valueCases(tree, offer, 'COMPREPLY=($(compgen -f -- "$cur"))')}  esac
  case $path in
${commandCases(tree)}  esac
  if [[ $cur == -* ]]; then
    _maint_words "$flags"
  else
    _maint_words "$words"
    [[ -n $kind ]] && _maint_values "$kind"
  fi
}
complete -o default -F _maint maint
`;
}

function zshScript(tree: readonly CommandWord[]): string {
  const offer = ({ kind, choices }: FlagWord) =>
    kind === null ? `compadd -- ${choices.join(' ')}` : `_maint_values ${kind}`;
  return `#compdef maint
# zsh completion for maint
_maint_values() {
  local -a values
  values=("\${(@f)$(maint __complete "$1" 2>/dev/null)}")
  compadd -a values
}
_maint() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]}
  local path_so_far='' word flags='' offered='' kind='' index
  for ((index = 2; index < CURRENT; index++)); do
    word="\${path_so_far:+$path_so_far }\${words[index]}"
    case $word in
      ${pathCases(tree)}) path_so_far=$word ;;
    esac
  done
  case $prev in
${valueCases(tree, offer, '_files')}  esac
  case $path_so_far in
${commandCases(tree).replaceAll(' words=', ' offered=')}  esac
  if [[ $cur == -* ]]; then
    compadd -- \${=flags}
  else
    [[ -n $offered ]] && compadd -- \${=offered}
    [[ -n $kind ]] && _maint_values "$kind"
  fi
}
compdef _maint maint
`;
}

function fishScript(tree: readonly CommandWord[]): string {
  const lines = tree.flatMap((command) => fishLines(command, tree));
  return `# fish completion for maint
function __maint_at
    set -l path
    for word in (commandline -opc)[2..-1]
        set -l next (string join ' ' -- $path $word)
        if contains -- $next ${tree
          .filter(({ path }) => path !== '')
          .map(({ path }) => quoted(path))
          .join(' ')}
            set path $next
        end
    end
    test "$path" = "$argv[1]"
end
complete -c maint -f
${lines.join('\n')}
`;
}

function fishLines(command: CommandWord, tree: readonly CommandWord[]): string[] {
  const at = `complete -c maint -n ${quoted(`__maint_at ${quoted(command.path)}`)}`;
  const summaries = command.subcommands.map(
    ({ name, summary }) => `${at} -a ${quoted(name)} -d ${quoted(summary)}`,
  );
  const values =
    command.kind === null ? [] : [`${at} -a ${quoted(`(maint __complete ${command.kind} 2>/dev/null)`)}`];
  const choices = command.choices.length === 0 ? [] : [`${at} -a ${quoted(command.choices.join(' '))}`];
  const globals =
    command.path === '' ? new Set<string>() : new Set(tree[0]?.flags.flatMap(({ words }) => words));
  const flags = command.flags
    .filter(({ words }) => !words.every((word) => globals.has(word)))
    .map((flag) => `${command.path === '' ? 'complete -c maint' : at} ${fishFlag(flag)}`);
  return [...summaries, ...values, ...choices, ...flags];
}

function fishFlag({ words, help, takesValue, choices, kind }: FlagWord): string {
  const names = words.map((word) => (word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`));
  const value = kind === null ? choices.join(' ') : `(maint __complete ${kind} 2>/dev/null)`;
  const wants = takesValue ? (value === '' ? ' -r -F' : ` -x -a ${quoted(value)}`) : '';
  return `${names.join(' ')}${wants} -d ${quoted(help)}`;
}
