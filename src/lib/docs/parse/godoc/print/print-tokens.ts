import type { Layout } from './layout.ts';
import { LineBuilder } from './line-builder.ts';
import { alignColumns, type Line } from './tab-writer.ts';
import type { Token } from './tokens.ts';

const EMPTY_LINE: Line = { cells: [], rest: '', endsSection: true };

/**
 * Writes tokens line by line as the source has them, indented by tabs, and columns aligned as `layout` says. An empty line
 * stays one; comments that were left out leave their line empty. Ends in a line break where the last token is a comment.
 *
 * @param source the text that the tokens are from
 * @param indentation tabs that the source has before the declaration itself
 */
export function printTokens(tokens: readonly Token[], source: string, layout: Layout, indentation: number): string {
  const lines: Line[] = [];
  let line = new LineBuilder(0);
  let previous: Token | undefined;
  let followsOwnLineComment = false;
  for (const token of tokens) {
    const rows = previous ? token.row - previous.endRow : 0;
    const { isSoft, atMost } = layout.breakBefore(token.start);
    const isOwnLineComment = token.isComment && rows > 0;
    const breaks = Math.min(token.isComment || previous?.isComment ? 2 : atMost, rows);
    if (breaks > 0) {
      lines.push(line.end(isOwnLineComment || !(isSoft || followsOwnLineComment)));
      if (breaks > 1) lines.push(EMPTY_LINE);
      line = new LineBuilder(indentationAt(source, token.start) - indentation);
    } else if (previous) {
      separate(line, layout.tabStopsBefore(token.start), { token, previous, source });
    }
    line = addToken(token, indentation, line, lines);
    followsOwnLineComment = isOwnLineComment || (token.isComment && followsOwnLineComment);
    previous = token;
  }
  lines.push(line.end(true));
  return alignColumns(lines) + (previous?.isComment ? '\n' : '');
}

/** Returns the line to go on with: a comment may have several. */
function addToken({ text, isComment }: Token, indentation: number, line: LineBuilder, lines: Line[]): LineBuilder {
  if (!isComment) {
    line.add(text);
    return line;
  }
  let current = line;
  for (const [index, part] of text.split('\n').entries()) {
    if (index > 0) {
      lines.push(current.end(true));
      current = new LineBuilder(0);
    }
    current.add(index > 0 ? withoutTabs(part, indentation).trimEnd() : part.trimEnd());
  }
  return current;
}

/** Sets a token apart from the one before it on the same line. */
function separate(line: LineBuilder, tabStops: number, place: Place): void {
  if (tabStops > 0) for (let count = 0; count < tabStops; count++) line.tab(true);
  else if (place.token.isComment && !place.previous.isComment) line.tab(false);
  else if (isApart(place)) line.add(' ');
}

interface Place {
  readonly token: Token;
  readonly previous: Token;
  readonly source: string;
}

/** Where a comment between two tokens was left out, the source does not tell whether there is a space. */
function isApart({ token, previous, source }: Place): boolean {
  const gap = source.slice(previous.end, token.start);
  return /\S/.test(gap) ? !/[([{.]$/.test(previous.text) && !/^[)\]},.;:(]/.test(token.text) : gap !== '';
}

function indentationAt(source: string, offset: number): number {
  const start = source.lastIndexOf('\n', offset - 1) + 1;
  return leadingTabs(source.slice(start, offset));
}

function leadingTabs(text: string): number {
  return /^\t*/.exec(text)?.[0].length ?? 0;
}

function withoutTabs(text: string, count: number): string {
  return text.slice(Math.min(count, leadingTabs(text)));
}
