import type { Node } from 'web-tree-sitter';
import type { Comment } from '../comments.ts';

/** A token or comment with its place in the source, in rows and offsets. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly row: number;
  readonly endRow: number;
  readonly isComment: boolean;
}

const WHOLE = new Set(['interpreted_string_literal', 'raw_string_literal', 'rune_literal']);

/** The tokens of a node in order, without comments and line ends; `skip` leaves out a node with all that is in it. */
export function tokensOf(node: Node, source: string, skip?: Node | null): Token[] {
  const tokens: Token[] = [];
  const visit = (current: Node) => {
    if (current.type === 'comment' || (skip && current.id === skip.id)) return;
    if (current.childCount > 0 && !WHOLE.has(current.type)) {
      for (const child of current.children) visit(child);
      return;
    }
    const text = source.slice(current.startIndex, current.endIndex);
    if (text.trim() !== '') tokens.push(tokenOf(current, text));
  };
  visit(node);
  return tokens;
}

function tokenOf(node: Node, text: string): Token {
  return {
    text,
    start: node.startIndex,
    end: node.endIndex,
    row: node.startPosition.row,
    endRow: node.endPosition.row,
    isComment: false,
  };
}

export function commentToken(comment: Comment): Token {
  return { ...comment, text: comment.text.trimEnd(), isComment: true };
}
