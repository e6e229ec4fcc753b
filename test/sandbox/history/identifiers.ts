import type { Identity } from './records.ts';

const PREFIX = {
  Repository: 'R_',
  PullRequest: 'PR_',
  PullRequestReview: 'PRR_',
  PullRequestReviewComment: 'PRRC_',
  PullRequestReviewThread: 'PRRT_',
  IssueComment: 'IC_',
} as const;

export type NodeType = keyof typeof PREFIX;

export interface NodeReference {
  readonly type: NodeType;
  readonly repositoryId: number;
  readonly number: number;
  readonly index: number;
}

/** GitHub's Int ends here: `databaseId` is null past it, `fullDatabaseId` goes on. */
const LARGEST_INT = 2 ** 31 - 1;

/** A global node id. It carries its own coordinates, so that any node is derived again without a lookup table. */
export function nodeId(type: NodeType, repositoryId: number, number = 0, index = 0): string {
  return PREFIX[type] + Buffer.from(`${repositoryId}.${number}.${index}`, 'latin1').toString('base64url');
}

/** The coordinates in a node id; null when the sandbox never made it. */
export function parseNodeId(id: string): NodeReference | null {
  const separator = id.indexOf('_') + 1;
  const prefix = id.slice(0, separator);
  const type = (Object.keys(PREFIX) as NodeType[]).find((candidate) => PREFIX[candidate] === prefix);
  if (!type) return null;
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(Buffer.from(id.slice(separator), 'base64url').toString('latin1'));
  if (!match) return null;
  const reference = { type, repositoryId: Number(match[1]), number: Number(match[2]), index: Number(match[3]) };
  return nodeId(type, reference.repositoryId, reference.number, reference.index) === id ? reference : null;
}

/**
 * The database ids of one repository. Pull requests are spread over 1.2 thousand million ids from 1.9 thousand million
 * on, so that every repository, however small, has ids on both sides of 2^31. Children take the ids that follow their
 * pull request's. The id spaces of the kinds overlap on purpose: on GitHub too they are separate spaces, so that an
 * issue comment and a review comment may carry the same number.
 */
export class DatabaseIds {
  readonly #base: number;
  readonly #step: number;

  /** @param band which stretch of 2 thousand million ids this repository has: two repositories never share one. */
  constructor(initialCount: number, band: number) {
    this.#base = 1_900_000_000 + band * 2_000_000_000;
    this.#step = Math.max(4_096, Math.floor(1_200_000_000 / Math.max(1, initialCount)));
  }

  of(number: number, index = 0): number {
    if (index >= this.#step)
      throw new RangeError(`pull request ${number} has more than ${this.#step} children of a kind`);
    return this.#base + number * this.#step + index;
  }
}

/** The three forms of one id. */
export function identity(id: string, databaseId: number): Identity {
  return { id, fullDatabaseId: String(databaseId), databaseId: databaseId > LARGEST_INT ? null : databaseId };
}
