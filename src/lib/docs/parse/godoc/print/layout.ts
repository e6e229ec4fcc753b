import type { Node } from 'web-tree-sitter';
import type { CommentGroup, FileComments } from '../comments.ts';

/** How the line break before a token is made, where the source has one. */
export interface Break {
  /** True when columns go on in the next line. */
  readonly isSoft: boolean;
  /** Lines to go down at most: 2 keeps an empty line, 0 joins the lines. */
  readonly atMost: 0 | 1 | 2;
}

/** What to do before the tokens at certain offsets; elsewhere tokens are set apart as the source has them. */
export class Layout {
  /** Comments that are part of the declaration; all others are left out. */
  readonly comments: CommentGroup[] = [];
  readonly #breaks = new Map<number, Break>();
  readonly #tabStops = new Map<number, number>();
  readonly #fileComments: FileComments;

  constructor(fileComments: FileComments) {
    this.#fileComments = fileComments;
  }

  breakBefore(offset: number): Break {
    return this.#breaks.get(offset) ?? { isSoft: false, atMost: 2 };
  }

  tabStopsBefore(offset: number): number {
    return this.#tabStops.get(offset) ?? 0;
  }

  setBreak(node: Node | null | undefined, value: Break): void {
    if (node) this.#breaks.set(node.startIndex, value);
  }

  setTabStops(node: Node | null | undefined, count: number): void {
    if (node && count > 0) this.#tabStops.set(node.startIndex, count);
  }

  /** Keeps the comment above a node. */
  keepLeading(node: Node): void {
    const group = this.#fileComments.leading(node.startIndex);
    if (group) this.comments.push(group);
  }

  /** Keeps the comment behind a node, `tabStops` columns further; 0 for the next tab stop. */
  keepTrailing(node: Node, tabStops: number): void {
    const group = this.#fileComments.trailing(node.endIndex);
    const first = group?.[0];
    if (!group || !first) return;
    this.comments.push(group);
    if (tabStops > 0) this.#tabStops.set(first.start, tabStops);
  }
}
