import type { LogEntry, LogFilter } from '../../model/log.js';
import { LOG_LEVELS, LogLevel } from '../../model/vocabulary.js';
import { normalDomain } from '../../sites/domain-name.js';
import type { Store } from '../../store/store.js';
import { type CommandDefinition, type Context, type Reply, reply } from '../command.js';
import type { Flags } from '../flags.js';
import { readNumber } from '../number-flag.js';
import { moment } from '../output/moment.js';
import { type Column, table } from '../output/table.js';
import { exitCodeOfStop } from '../stop-signals.js';
import { readPast } from '../time-flag.js';
import { refuseIfWrong } from '../wrong-use.js';

const USUAL_LIMIT = 200;
const FOLLOW_EVERY_MS = 1_000;

export const command: CommandDefinition = {
  arguments: [],
  flags: [
    { flags: '--site <domain>', help: 'of a site; repeatable', group: 'Options', repeat: true },
    { flags: '--event <id>', help: 'of an event', group: 'Options' },
    { flags: '--action <name>', help: 'enable, disable, site.edit …', group: 'Options' },
    {
      flags: '--level <level>',
      help: 'this level and graver ones',
      group: 'Options',
      choices: LOG_LEVELS,
    },
    { flags: '--since <time>', help: '2h ago, or an ISO date', group: 'Options' },
    { flags: '--until <time>', help: 'likewise', group: 'Options' },
    { flags: '--limit <n>', help: `the newest n; ${USUAL_LIMIT} unless given`, group: 'Options' },
    { flags: '-f, --follow', help: 'go on with what comes, until stopped', group: 'Output' },
  ],
  description: 'What was asked, done, refused or failed, by whom; oldest first.',
  examples: [
    ['maint log --since 2h', 'the last two hours'],
    ['maint log --site shop.example --level error', 'what went wrong with a site'],
    ['maint log --follow --json', 'one JSON document a line, as it happens'],
  ],
  run: async ({ flags }, context) => {
    const filter = readFilter(flags, context.terminal.now());
    const follow = flags.on('follow');
    const { store } = await context.maint({ readonly: !follow });
    const entries = store.log.read(filter);
    if (!follow) return logReply(entries);
    return followLog(entries, filter, store, context);
  },
};

function readFilter(flags: Flags, now: Date): LogFilter {
  const problems: string[] = [];
  const limit = readNumber(flags, 'limit', { from: 1 }, problems) ?? USUAL_LIMIT;
  const time = (name: 'since' | 'until') => {
    const text = flags.text(name);
    if (text === undefined) return {};
    const moment = readPast(text, now);
    if (moment !== null) return { [name]: moment };
    problems.push(`'--${name} ${text}' is neither a duration such as 2h nor an ISO date.`);
    return {};
  };
  const level = LogLevel.safeParse(flags.text('level')).data;
  const [eventId, action] = [flags.text('event'), flags.text('action')];
  const filter = {
    limit,
    ...(flags.has('site') ? { domains: flags.texts('site').map(normalDomain) } : {}),
    ...(eventId === undefined ? {} : { eventId }),
    ...(action === undefined ? {} : { action }),
    ...(level === undefined ? {} : { level }),
    ...time('since'),
    ...time('until'),
  };
  refuseIfWrong(problems, 'log');
  return filter;
}

function logReply(entries: readonly LogEntry[]): Reply {
  return reply(entries, (found, view) => table(found, COLUMNS, view), {
    fields: { total: entries.length, entries },
  });
}

/** Asks the store for what came after the last entry, until the soft stop fires. */
async function followLog(
  earlier: readonly LogEntry[],
  filter: LogFilter,
  store: Store,
  context: Context,
): Promise<Reply> {
  const { terminal } = context;
  terminal.watch.announce('');
  let entries = earlier;
  let afterId = 0;
  while (!terminal.watch.stop.aborted) {
    if (entries.length > 0) context.emit(logReply(entries));
    afterId = entries.at(-1)?.id ?? afterId;
    await terminal.sleep(FOLLOW_EVERY_MS);
    entries = store.log.read({ ...filter, afterId });
  }
  return reply({ stopped: true }, () => '', { exitCode: exitCodeOfStop(terminal.watch) });
}

const COLUMNS: readonly Column<LogEntry>[] = [
  { title: 'AT', rank: 0, value: (entry, view) => moment(entry.at, view) },
  {
    title: 'LEVEL',
    rank: 3,
    value: (entry) => entry.level,
    paint: (text, { level }, { palette }) =>
      level === 'error' ? palette.bad(text) : level === 'warning' ? palette.warning(text) : palette.dim(text),
  },
  { title: 'BY', rank: 4, value: (entry) => entry.actor },
  { title: 'ACTION', rank: 0, value: (entry) => entry.action },
  { title: 'SITE', rank: 1, value: (entry) => entry.domain ?? '' },
  { title: 'EVENT', rank: 5, value: (entry) => entry.eventId ?? '' },
  { title: 'MESSAGE', rank: 1, shrinksTo: 20, value: (entry) => entry.message },
];
