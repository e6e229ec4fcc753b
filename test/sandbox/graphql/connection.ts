import { typedError } from './errors.ts';

/** The arguments of every connection. */
export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

export interface Connection<Node> {
  readonly totalCount: number;
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Made only when asked for. */
  edges(): readonly { readonly cursor: string; readonly node: Node }[];
}

/** Opaque text around a position. */
export function encodeCursor(position: string): string {
  return Buffer.from(`cursor:v2:${position}`, 'latin1').toString('base64');
}

/** @throws GraphQLError INVALID_CURSOR_ARGUMENTS for text that no connection of this kind gave out. */
export function decodeCursor(cursor: string, shape: RegExp): RegExpExecArray {
  const match = shape.exec(
    Buffer.from(cursor, 'base64')
      .toString('latin1')
      .replace(/^cursor:v2:/, ''),
  );
  if (!match) throw typedError('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  return match;
}

/** A stretch [from, to) of a list. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Cuts `first` and `last` out of what lies between the cursors. */
export function cut(between: Stretch, args: PageArguments): Stretch {
  let { from, to } = between;
  if (args.first != null) to = Math.min(to, from + args.first);
  if (args.last != null) from = Math.max(from, to - args.last);
  return { from, to: Math.max(from, to) };
}

/** Puts a page together. `total` is the length of the list that is paged, `totalCount` what GitHub says it is. */
export function connectionOf<Node>(
  page: {
    readonly nodes: readonly Node[];
    readonly stretch: Stretch;
    readonly total: number;
    readonly totalCount: number;
  },
  cursorAt: (position: number) => string,
): Connection<Node> {
  const { nodes, stretch, total } = page;
  const { from, to } = stretch;
  return {
    totalCount: page.totalCount,
    nodes,
    pageInfo: {
      hasNextPage: to < total,
      hasPreviousPage: from > 0,
      startCursor: to > from ? cursorAt(from) : null,
      endCursor: to > from ? cursorAt(to - 1) : null,
    },
    edges: () => nodes.map((node, offset) => ({ cursor: cursorAt(from + offset), node })),
  };
}

const INDEX = /^(\d+)$/;

/**
 * A page of a list that only ever grows at its end, so that a position in it is a stable cursor. `totalCount` is what
 * GitHub says, where that is more than it serves.
 */
export function pageOfList<Item>(
  items: readonly Item[],
  args: PageArguments,
  totalCount = items.length,
): Connection<Item> {
  const after = args.after == null ? 0 : Number(decodeCursor(args.after, INDEX)[1]) + 1;
  const before = args.before == null ? items.length : Number(decodeCursor(args.before, INDEX)[1]);
  const between = { from: Math.min(after, items.length), to: Math.min(before, items.length) };
  // Without `first` and `last` GitHub serves the count alone.
  const stretch =
    args.first == null && args.last == null ? { from: between.from, to: between.from } : cut(between, args);
  const nodes = items.slice(stretch.from, stretch.to);
  return connectionOf({ nodes, stretch, total: items.length, totalCount }, (position) =>
    encodeCursor(String(position)),
  );
}
