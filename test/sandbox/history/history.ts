import type { ActorPool } from './actors.ts';
import type { DatabaseIds } from './identifiers.ts';
import type { Author, CommitRecord, FileRecord, PullRequestState } from './records.ts';

/** What every derivation needs to know of its repository. */
export interface DerivationContext {
  readonly seed: number;
  readonly repositoryId: number;
  readonly ids: DatabaseIds;
  readonly actors: ActorPool;
}

/** What git knows of one pull request: its scalars, files and commits. Times are epoch seconds. */
export interface PullRequestBasis {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: Author;
  readonly state: PullRequestState;
  readonly createdAt: number;
  /** When it was closed, merged or last active. */
  readonly endedAt: number;
  readonly headRefName: string;
  readonly mergeCommitOid: string | null;
  readonly filesTotal: number;
  readonly commitsTotal: number;
  /** Every file, also those past GitHub's ceiling. */
  files(): readonly FileRecord[];
  /** The first `limit` commits. */
  commits(limit: number): readonly CommitRecord[];
  commitOid(index: number): string;
}

/** Where pull requests come from: a generator or a recorded file. */
export interface History {
  /** Pull request numbers, oldest first by (createdAt, number). */
  readonly numbers: readonly number[];
  /** Epoch seconds; cheap. */
  createdAt(number: number): number;
  basis(number: number): PullRequestBasis;
  /** Epoch seconds after everything in it. */
  readonly endsAt: number;
}

/** The streams of randomness of one pull request: separate, so that one kind never shifts another. */
export const STREAM = {
  core: 1,
  files: 2,
  commits: 3,
  reviewPlan: 4,
  reviews: 5,
  comments: 6,
  oid: 7,
  extra: 8,
} as const;
