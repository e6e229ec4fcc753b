import type { Node } from 'web-tree-sitter';
import type { Break } from './layout.ts';

/** The break before an item of a list: columns go on after an item of one line. */
export function breakAfter(previous: Node | undefined): Break {
  if (!previous) return { isSoft: false, atMost: 1 };
  return { isSoft: previous.startPosition.row === previous.endPosition.row, atMost: 2 };
}
