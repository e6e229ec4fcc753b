import type { PullRequest } from '../history/pull-request.ts';
import type { PullRequestState } from '../history/records.ts';
import type { OrderedNumbers, PullRequestOrder, SandboxRepository } from '../history/repository.ts';
import type { Connection, PageArguments } from './connection.ts';
import { connectionOf, cut, decodeCursor, encodeCursor } from './connection.ts';

export interface PullRequestsArguments extends PageArguments {
  readonly orderBy?: { readonly field: string; readonly direction: 'ASC' | 'DESC' } | null;
  readonly states?: readonly PullRequestState[] | null;
}

interface Key {
  readonly seconds: number;
  readonly number: number;
}

const POSITION = /^(\d+):(\d+)$/;

function keyOf(cursor: string): Key {
  const match = decodeCursor(cursor, POSITION);
  return { seconds: Number(match[1]), number: Number(match[2]) };
}

/** How many entries are before the key or, with `inclusive`, at it as well. */
function countBefore(order: OrderedNumbers, key: Key, inclusive: boolean): number {
  let low = 0;
  let high = order.numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const seconds = order.keyAt(middle);
    const number = order.numbers[middle] ?? 0;
    const difference = seconds - key.seconds || number - key.number;
    if (difference < 0 || (inclusive && difference === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A page of a repository's pull requests. A cursor is the order's value and the number, not a position: appended or
 * deleted pull requests do not shift it. As on GitHub, an UPDATED_AT cursor therefore misses what is touched meanwhile.
 */
export function pageOfPullRequests(
  repository: SandboxRepository,
  args: PullRequestsArguments,
  load: (number: number) => PullRequest | null,
): Connection<PullRequest | null> {
  const field: PullRequestOrder = args.orderBy?.field === 'UPDATED_AT' ? 'UPDATED_AT' : 'CREATED_AT';
  const descending = args.orderBy?.direction === 'DESC';
  const order = repository.ordered(field, args.states ?? null);
  const total = order.numbers.length;
  const ascendingIndex = (position: number) => (descending ? total - 1 - position : position);
  const past = (cursor: string) =>
    descending ? total - countBefore(order, keyOf(cursor), false) : countBefore(order, keyOf(cursor), true);
  const upTo = (cursor: string) =>
    descending ? total - countBefore(order, keyOf(cursor), true) : countBefore(order, keyOf(cursor), false);
  const between = {
    from: args.after == null ? 0 : past(args.after),
    to: args.before == null ? total : upTo(args.before),
  };
  // Without `first` and `last` GitHub serves the count alone.
  const stretch =
    args.first == null && args.last == null ? { from: between.from, to: between.from } : cut(between, args);
  const nodes: (PullRequest | null)[] = [];
  for (let position = stretch.from; position < stretch.to; position += 1) {
    nodes.push(load(order.numbers[ascendingIndex(position)] ?? 0));
  }
  return connectionOf({ nodes, stretch, total, totalCount: total }, (position) => {
    const index = ascendingIndex(position);
    return encodeCursor(`${order.keyAt(index)}:${order.numbers[index]}`);
  });
}
