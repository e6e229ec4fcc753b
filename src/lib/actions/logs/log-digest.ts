import { sanitizeLogLine } from '../../progress/sanitize.ts';
import { withoutStamp } from './log-lines.ts';

/** What is kept of a log, however long it is. */
export interface LogDigest {
  /** The last lines, groups folded into one line each. */
  readonly lines: readonly string[];
  /** Lines before those, a folded group counting as one. */
  readonly omitted: number;
  /** The lines that end with the last error, or the last lines where no error is marked; groups unfolded. */
  readonly tail: readonly string[];
}

export interface DigestSizes {
  readonly lines: number;
  readonly tail: number;
}

/**
 * The runner's commands as they stand in a log that is downloaded.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
const COMMAND = /^(?:##\[(group|endgroup|error|warning|notice|debug|command|section)\]|::(group|endgroup)::)(.*)$/s;

const RED = '\u001b[31m';
const YELLOW = '\u001b[33m';
const PLAIN = '\u001b[39m';

/** Reads a log line by line and keeps a bounded part of it; only what is kept is looked at closely. */
export async function digestLog(lines: AsyncIterable<string>, sizes: DigestSizes): Promise<LogDigest> {
  const shown = lastOf<LogLine | Fold>(sizes.lines);
  const recent = lastOf<LogLine>(sizes.tail);
  let upToError: readonly LogLine[] | undefined;
  let fold: Fold | undefined;
  for await (const raw of lines) {
    const line = readLine(raw);
    if (line.command === 'debug') continue;
    if (line.command === 'group') {
      fold = { title: line, hidden: 0 };
      shown.add(fold);
      recent.add(line);
      continue;
    }
    // An error is never hidden in a fold.
    if (line.command === 'endgroup' || line.command === 'error') fold = undefined;
    if (line.command === 'endgroup') continue;
    if (fold) fold.hidden += 1;
    else shown.add(line);
    recent.add(line);
    if (line.command === 'error') upToError = recent.all();
  }
  return {
    lines: shown.all().map((kept) => ('title' in kept ? foldedText(kept) : textOf(kept))),
    omitted: shown.dropped(),
    tail: (upToError ?? recent.all()).map(textOf),
  };
}

/** One line for people: without the runner's time stamp, its markers in words, nothing that a terminal would obey. */
export function readableLine(raw: string): string | undefined {
  const line = readLine(raw);
  if (line.command === 'debug' || line.command === 'endgroup') return undefined;
  return line.command === 'group' ? `▸ ${textOf(line)}` : textOf(line);
}

interface LogLine {
  readonly command: string | undefined;
  /** As it came, without its marker. */
  readonly text: string;
}

interface Fold {
  readonly title: LogLine;
  hidden: number;
}

function readLine(raw: string): LogLine {
  const line = withoutStamp(raw);
  const [, marked, bare, rest = ''] = COMMAND.exec(line) ?? [];
  const command = marked ?? bare;
  return { command, text: command === undefined ? line : rest };
}

function textOf({ command, text }: LogLine): string {
  if (command === 'error') return sanitizeLogLine(`${RED}error:${PLAIN} ${text}`, true);
  if (command === 'warning') return sanitizeLogLine(`${YELLOW}warning:${PLAIN} ${text}`, true);
  return sanitizeLogLine(text, true);
}

function foldedText({ title, hidden }: Fold): string {
  const size = hidden === 0 ? '' : ` (${hidden} ${hidden === 1 ? 'line' : 'lines'})`;
  return `▸ ${textOf(title)}${size}`;
}

/** The last `size` items that were added. */
function lastOf<Item>(size: number) {
  const kept: Item[] = [];
  let count = 0;
  return {
    add: (item: Item) => {
      if (size > 0) kept[count % size] = item;
      count += 1;
    },
    all: (): readonly Item[] =>
      count <= size ? kept.slice() : [...kept.slice(count % size), ...kept.slice(0, count % size)],
    dropped: () => Math.max(0, count - size),
  };
}
