import type { PullRequest } from './history/pull-request.ts';
import type { CommentRecord, CommitRecord, FileRecord, ReviewCommentRecord, ReviewRecord } from './history/records.ts';
import { SOURCE_CEILING } from './history/records.ts';
import type { SandboxRepository } from './history/repository.ts';

/** Scalars of a pull request as GitHub serves them. */
export type PullRequestScalars = Pick<
  PullRequest,
  | 'id'
  | 'fullDatabaseId'
  | 'number'
  | 'title'
  | 'body'
  | 'state'
  | 'isDraft'
  | 'locked'
  | 'url'
  | 'createdAt'
  | 'updatedAt'
  | 'closedAt'
  | 'mergedAt'
  | 'merged'
  | 'additions'
  | 'deletions'
  | 'changedFiles'
  | 'baseRefName'
  | 'headRefName'
  | 'baseRefOid'
  | 'headRefOid'
  | 'author'
  | 'mergedBy'
  | 'totalCommentsCount'
  | 'commitsTotal'
> & { readonly mergeCommitOid: string | null };

/** Everything that a complete capture of one pull request holds: neither more nor less than GitHub serves. */
export interface PullRequestTruth {
  readonly pullRequest: PullRequestScalars;
  readonly files: readonly FileRecord[];
  readonly reviews: readonly Omit<ReviewRecord, 'reviewComments'>[];
  readonly reviewComments: readonly (ReviewCommentRecord & { readonly reviewFullDatabaseId: string })[];
  readonly comments: readonly CommentRecord[];
  readonly commits: readonly CommitRecord[];
  /** Where the source itself ends before the end. */
  readonly truncated: { readonly files: boolean; readonly commits: boolean };
}

/** The truth about one pull request; null when the repository has none with this number. */
export function pullRequestTruth(repository: SandboxRepository, number: number): PullRequestTruth | null {
  const pr = repository.pullRequest(number);
  if (!pr) return null;
  return {
    pullRequest: {
      id: pr.id,
      fullDatabaseId: pr.fullDatabaseId,
      number: pr.number,
      title: pr.title,
      body: pr.body,
      state: pr.state,
      isDraft: pr.isDraft,
      locked: pr.locked,
      url: pr.url,
      createdAt: pr.createdAt,
      updatedAt: pr.updatedAt,
      closedAt: pr.closedAt,
      mergedAt: pr.mergedAt,
      merged: pr.merged,
      additions: pr.additions,
      deletions: pr.deletions,
      changedFiles: pr.changedFiles,
      baseRefName: pr.baseRefName,
      headRefName: pr.headRefName,
      baseRefOid: pr.baseRefOid,
      headRefOid: pr.headRefOid,
      author: pr.author,
      mergedBy: pr.mergedBy,
      totalCommentsCount: pr.totalCommentsCount,
      commitsTotal: pr.commitsTotal,
      mergeCommitOid: pr.mergeCommit?.oid ?? null,
    },
    files: pr.servedFiles,
    reviews: pr.reviewRecords.map(({ reviewComments: _, ...review }) => review),
    reviewComments: pr.reviewRecords.flatMap((review) =>
      review.reviewComments.map((comment) => ({ ...comment, reviewFullDatabaseId: review.fullDatabaseId })),
    ),
    comments: pr.commentRecords,
    commits: pr.servedCommits,
    truncated: {
      files: pr.changedFiles > SOURCE_CEILING.files,
      commits: pr.commitsTotal > SOURCE_CEILING.commits,
    },
  };
}

/** The truth about every pull request, oldest first, derived one by one: 110,000 of them need no memory. */
export function* groundTruth(repository: SandboxRepository): Generator<PullRequestTruth, void, undefined> {
  for (const number of repository.numbers) {
    const truth = pullRequestTruth(repository, number);
    if (truth) yield truth;
  }
}
