/** How the demo looks: paced and coloured on a terminal, plain and without pauses when piped. */
import { setTimeout as pause } from 'node:timers/promises';
import { styleText } from 'node:util';

const KEYSTROKE_MS = 7;
const READING_MS = 600;
const COLUMNS = 80;

/**
 * @param stdout a stream that is written to
 * @param signal cuts every pause short, with an AbortError
 * @param slow whether to type commands and to leave time for reading
 */
export function createStage(stdout, { signal, slow }) {
  const coloured = stdout.isTTY === true && !process.env.NO_COLOR;
  const paint = (style, text) => (coloured ? styleText(style, text) : text);
  // A child writes to the same terminal or pipe, so each text must be out before one starts.
  const write = (text) => new Promise((done) => stdout.write(text, () => done()));
  const rest = (ms) => (slow ? pause(ms, undefined, { signal }) : Promise.resolve());

  return {
    /** What is about to happen, in a sentence or two. */
    async say(text) {
      await rest(READING_MS);
      await write(`\n${paint('bold', wrap(text).join('\n'))}\n`);
    },
    /** A command line as somebody would type it. */
    async type(words) {
      await write(paint('cyan', '$ '));
      const line = commandLine(words);
      if (slow) {
        for (const character of line) {
          await write(character);
          await pause(KEYSTROKE_MS, undefined, { signal });
        }
        await write('\n');
      } else {
        await write(`${line}\n`);
      }
    },
    /** What a request and its answer look like, a little to the right. */
    async show(request, answer) {
      const lines = (texts, bar) => texts.map((text) => `  ${bar} ${text.slice(0, COLUMNS - 4)}\n`).join('');
      await write(lines(request, paint('cyan', '>')) + lines(answer, paint('dim', '<')));
      await rest(READING_MS);
    },
    /** Text as it is. */
    print: write,
    /** Something that was checked and is so. */
    async confirm(text) {
      const [first = '', ...others] = wrap(text, COLUMNS - 2);
      await write(`${paint('green', '✓')} ${[first, ...others.map((line) => `  ${line}`)].join('\n')}\n`);
    },
    /** Something that the demo leaves out, and why. */
    async skip(text) {
      await write(`${paint('yellow', wrap(text).join('\n'))}\n`);
    },
  };
}

function wrap(text, columns = COLUMNS) {
  return fold(text.split(' '), columns, '');
}

/** Words joined into lines of at most `columns`; `tail` ends each but the last. */
function fold(words, columns, tail, indent = '') {
  const lines = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && longer.length + tail.length > columns) {
      lines.push(line + tail);
      line = indent + word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** As a shell reads it: quoted where needed, and continued on the next line where it is long. */
function commandLine(words) {
  const parts = [];
  for (const word of words) {
    // A flag and its value stay together.
    if (parts.at(-1)?.startsWith('--') && !word.startsWith('-')) parts.push(`${parts.pop()} ${quote(word)}`);
    else parts.push(quote(word));
  }
  return fold(parts, COLUMNS - 2, ' \\', '    ').join('\n');
}

function quote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
