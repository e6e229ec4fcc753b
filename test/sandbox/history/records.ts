/**
 * What the sandbox serves, as plain records named by GitHub's GraphQL schema, so that `graphql` can execute over them
 * directly. REST representations and the ground truth are made from the same records.
 */

export type ActorType = 'User' | 'Bot' | 'Mannequin' | 'Organization' | 'EnterpriseUserAccount';

export interface ActorRecord {
  readonly __typename: ActorType;
  readonly id: string;
  /** An EnterpriseUserAccount has none. */
  readonly databaseId: number | null;
  /** GraphQL's login: a bot's has no `[bot]`. */
  readonly login: string;
  readonly name: string | null;
  readonly email: string;
  readonly url: string;
  readonly resourcePath: string;
  readonly avatarUrl: string;
}

/** Null is GitHub's answer for a deleted account (shown as "ghost"). */
export type Author = ActorRecord | null;

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'RENAMED';

export interface FileRecord {
  readonly path: string;
  readonly additions: number;
  readonly deletions: number;
  readonly changeType: ChangeType;
  readonly viewerViewedState: 'UNVIEWED';
}

/** The id of a record in GitHub's three forms. */
export interface Identity {
  /** Global node id. */
  readonly id: string;
  /** Decimal text of the 64-bit id. */
  readonly fullDatabaseId: string;
  /** The same as a 32-bit Int; null past 2^31 - 1. */
  readonly databaseId: number | null;
}

export interface CommitReference {
  readonly __typename: 'Commit';
  readonly oid: string;
}

export interface CommentRecord extends Identity {
  readonly __typename: 'IssueComment';
  readonly author: Author;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly url: string;
}

export interface ReviewCommentRecord extends Identity {
  readonly __typename: 'PullRequestReviewComment';
  readonly author: Author;
  readonly body: string;
  readonly path: string;
  /** Null when the comment is outdated. */
  readonly position: number | null;
  readonly originalPosition: number;
  readonly line: number | null;
  readonly originalLine: number;
  readonly diffHunk: string;
  readonly outdated: boolean;
  readonly replyTo: Identity | null;
  readonly commit: CommitReference;
  readonly originalCommit: CommitReference;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly url: string;
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';

export interface ReviewRecord extends Identity {
  readonly __typename: 'PullRequestReview';
  readonly author: Author;
  readonly state: ReviewState;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Null while the review is PENDING. */
  readonly submittedAt: string | null;
  readonly commit: CommitReference;
  readonly url: string;
  readonly reviewComments: readonly ReviewCommentRecord[];
}

export interface GitActorRecord {
  readonly name: string;
  readonly email: string;
  readonly date: string;
  /** Null when the e-mail address belongs to no account. */
  readonly user: ActorRecord | null;
}

export interface CommitRecord extends CommitReference {
  readonly messageHeadline: string;
  readonly message: string;
  readonly authoredDate: string;
  readonly committedDate: string;
  readonly author: GitActorRecord;
  readonly committer: GitActorRecord;
}

export type PullRequestState = 'OPEN' | 'CLOSED' | 'MERGED';

/** GitHub serves no more of a pull request than this (REST documentation of "List pull requests files" and "List commits on a pull request"). */
export const SOURCE_CEILING = { files: 3_000, commits: 250 } as const;

/** GitHub's DateTime: whole seconds, UTC, `Z`. */
export function isoSeconds(epochSeconds: number): string {
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 19)}Z`;
}
