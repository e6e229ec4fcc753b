import type { GoFile } from './go-parser.ts';

export interface Comment {
  /** With its markers. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly row: number;
  readonly endRow: number;
}

/** Comments with neither a token nor an empty line between them. */
export type CommentGroup = readonly Comment[];

/**
 * The comments of a file and what they belong to: a group belongs to the declaration that begins on the line after it, or
 * else to the one that ends on its line. Source: package go/parser on lead and line comments.
 */
export interface FileComments {
  readonly groups: readonly CommentGroup[];
  /** The group directly above what starts at offset `start`. */
  leading(start: number): CommentGroup | undefined;
  /** The group behind what ends at offset `end`, on the same line, with nothing after it. */
  trailing(end: number): CommentGroup | undefined;
}

export function commentsOf({ text, root }: GoFile): FileComments {
  const groups: Comment[][] = [];
  const leading = new Map<number, CommentGroup>();
  const trailing = new Map<number, CommentGroup>();

  for (const node of root.descendantsOfType('comment')) {
    const comment = {
      text: text.slice(node.startIndex, node.endIndex),
      start: node.startIndex,
      end: node.endIndex,
      row: node.startPosition.row,
      endRow: node.endPosition.row,
    };
    const group = groups.at(-1);
    if (group && continues(group, comment, text)) group.push(comment);
    else groups.push([comment]);
  }
  for (const group of groups) {
    const [first, last] = [group[0], group.at(-1)];
    if (!first || !last) continue;
    const next = offsetAfterSpace(text, last.end);
    const lineBreaks = text.slice(last.end, next).split('\n').length - 1;
    if (!followsToken(first, text)) {
      if (lineBreaks === 1) leading.set(next, group);
    } else if (lineBreaks > 0 || next === text.length) {
      trailing.set(first.start - spaceBefore(first, text), group);
    }
  }
  return {
    groups,
    leading: (start) => leading.get(start),
    trailing: (end) => trailing.get(end),
  };
}

/** A group that begins behind a token is of one line; any other goes on over adjacent lines. */
function continues(group: CommentGroup, comment: Comment, text: string): boolean {
  const [first, last] = [group[0], group.at(-1)];
  if (!first || !last || /\S/.test(text.slice(last.end, comment.start))) return false;
  return comment.row <= last.endRow + (followsToken(first, text) ? 0 : 1);
}

function followsToken(comment: Comment, text: string): boolean {
  return /\S/.test(lineBefore(comment, text));
}

function lineBefore(comment: Comment, text: string): string {
  return text.slice(text.lastIndexOf('\n', comment.start - 1) + 1, comment.start);
}

/** Characters between a comment and the token before it, a semicolon counted as space. */
function spaceBefore(comment: Comment, text: string): number {
  return /[\s;]*$/.exec(lineBefore(comment, text))?.[0].length ?? 0;
}

function offsetAfterSpace(text: string, offset: number): number {
  const space = /\s*/y;
  space.lastIndex = offset;
  space.test(text);
  return space.lastIndex;
}
