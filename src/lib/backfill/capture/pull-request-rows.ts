import type { InnerConnection } from '../../github/graphql/documents.ts';
import type {
  CommitNode,
  FileNode,
  IssueCommentNode,
  PullRequestNode,
  ReviewCommentNode,
  ReviewNode,
} from '../../github/graphql/nodes.ts';
import type { ChildKind } from '../../progress/events.ts';
import type { CommentRow, CommitRow, FileRow, PullRequestRow, ReviewCandidate, ReviewRow } from '../../store/rows.ts';
import type { ActorDirectory } from './actors.ts';
import type { DrainedChildren } from './drain.ts';

/** Everything that one pull request brings, as the database takes it. */
export interface CapturedPullRequest {
  readonly pullRequest: PullRequestRow;
  readonly files: readonly FileRow[];
  readonly reviews: readonly ReviewRow[];
  readonly comments: readonly CommentRow[];
  readonly commits: readonly CommitRow[];
  readonly candidates: readonly ReviewCandidate[];
}

/**
 * Maps a drained pull request to rows, each key once: a database refuses the same key twice in one statement, and GitHub can
 * answer a node twice when something is added between two pages.
 *
 * @throws Error where GitHub gave no database id: the pull request is then set aside.
 */
export function captureRows(
  node: PullRequestNode,
  children: DrainedChildren,
  kinds: readonly InnerConnection[],
  actors: ActorDirectory,
): CapturedPullRequest {
  const id = databaseId(node);
  const reviews = uniqueBy(children.reviews ?? [], (review) => review.id);
  return {
    pullRequest: pullRequestRow(node, kinds, actors),
    files: uniqueBy(children.files ?? [], (file) => file.path).map((file) => fileRow(id, file)),
    reviews: reviews.map((review) => reviewRow(id, review, actors)),
    comments: uniqueBy(children.comments ?? [], (comment) => comment.id).map((comment) =>
      issueCommentRow(id, comment, actors),
    ),
    commits: uniqueBy(children.commits ?? [], (commit) => commit.commit.oid).map((commit, index) =>
      commitRow(id, index + 1, commit, actors),
    ),
    candidates: reviewCandidates(node, reviews),
  };
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** A GitHub id as the database takes it. @throws Error where GitHub gave none: the pull request is then set aside. */
export function databaseId(node: { readonly id: string; readonly fullDatabaseId: string | null }): string {
  if (node.fullDatabaseId === null) {
    throw new Error(`GitHub gave no database id for ${node.id}`);
  }
  return String(node.fullDatabaseId);
}

function pullRequestRow(
  node: PullRequestNode,
  kinds: readonly InnerConnection[],
  actors: ActorDirectory,
): PullRequestRow {
  const captured: ChildKind[] = [...kinds];
  // With review comments to fetch, the kind is captured only when they are in.
  if (kinds.includes('reviews') && !mayHaveReviewComments(node)) {
    captured.push('review_comments');
  }
  return {
    github_id: databaseId(node),
    node_id: node.id,
    number: node.number,
    title: node.title,
    body: node.body,
    state: node.state === 'OPEN' ? 'open' : 'closed',
    merged: node.state === 'MERGED',
    draft: node.isDraft,
    locked: node.locked,
    author: actors.add(node.author),
    merged_by: node.mergedBy ? actors.add(node.mergedBy) : null,
    base_branch: node.baseRefName,
    head_branch: node.headRefName,
    base_sha: node.baseRefOid,
    head_sha: node.headRefOid,
    merge_commit_sha: node.mergeCommit?.oid ?? null,
    additions: node.additions,
    deletions: node.deletions,
    changed_files: node.changedFiles,
    html_url: node.url,
    created_at: node.createdAt,
    updated_at: node.updatedAt,
    closed_at: node.closedAt,
    merged_at: node.mergedAt,
    files_total: kinds.includes('files') ? (node.files?.totalCount ?? 0) : null,
    reviews_total: kinds.includes('reviews') ? (node.reviews?.totalCount ?? 0) : null,
    review_comments_total: kinds.includes('reviews') ? reviewCommentCount(node) : null,
    comments_total: kinds.includes('comments') ? (node.comments?.totalCount ?? 0) : null,
    commits_total: kinds.includes('commits') ? (node.commits?.totalCount ?? 0) : null,
    captured_kinds: captured.sort(),
  };
}

/** Comments on a pull request in all, less those on its conversation; null where GitHub does not say. */
function reviewCommentCount(node: PullRequestNode): number | null {
  if (node.reviews?.totalCount === 0 && !node.totalCommentsCount) {
    return 0;
  }
  if (node.totalCommentsCount === null || node.comments === undefined) {
    return null;
  }
  return Math.max(0, node.totalCommentsCount - node.comments.totalCount);
}

function mayHaveReviewComments(node: PullRequestNode): boolean {
  return (node.reviews?.totalCount ?? 0) > 0 && reviewCommentCount(node) !== 0;
}

/** The reviews whose comments have to be asked for, the likeliest to have any first. */
function reviewCandidates(node: PullRequestNode, reviews: readonly ReviewNode[]): readonly ReviewCandidate[] {
  if (!mayHaveReviewComments(node)) {
    return [];
  }
  const pullRequest = databaseId(node);
  const known = reviewCommentCount(node) !== null;
  return reviews.map((review) => ({
    review: databaseId(review),
    node_id: review.id,
    pull_request: pullRequest,
    rank: known ? reviewRank(review) : 1,
  }));
}

/**
 * GitHub accepts a review that only comments, without a text of its own, only with comments on lines: rank 1 has some for sure.
 * How many there are in all is known, so the less likely ranks are asked only while some are still missing.
 */
function reviewRank(review: ReviewNode): number {
  const silent = review.body.trim() === '';
  switch (review.state) {
    case 'COMMENTED':
    case 'PENDING':
      return silent ? 1 : 2;
    case 'CHANGES_REQUESTED':
      return silent ? 1 : 2;
    case 'APPROVED':
      return silent ? 4 : 3;
    default:
      return 3;
  }
}

function fileRow(pullRequest: string, node: FileNode): FileRow {
  return {
    pull_request: pullRequest,
    path: node.path,
    additions: node.additions,
    deletions: node.deletions,
    change_type: node.changeType,
  };
}

function reviewRow(pullRequest: string, node: ReviewNode, actors: ActorDirectory): ReviewRow {
  return {
    github_id: databaseId(node),
    node_id: node.id,
    pull_request: pullRequest,
    author: actors.add(node.author),
    state: node.state,
    body: node.body,
    commit_sha: node.commit?.oid ?? null,
    submitted_at: node.submittedAt,
    created_at: node.createdAt,
    updated_at: node.updatedAt,
  };
}

function issueCommentRow(pullRequest: string, node: IssueCommentNode, actors: ActorDirectory): CommentRow {
  return {
    github_id: databaseId(node),
    node_id: node.id,
    pull_request: pullRequest,
    review: null,
    author: actors.add(node.author),
    body: node.body,
    created_at: node.createdAt,
    updated_at: node.updatedAt,
  };
}

export function reviewCommentRow(
  pullRequest: string,
  review: string,
  node: ReviewCommentNode,
  actors: ActorDirectory,
): CommentRow {
  return {
    ...issueCommentRow(pullRequest, node, actors),
    review,
    path: node.path,
    position: node.position,
    original_position: node.originalPosition,
    line: node.line,
    original_line: node.originalLine,
    diff_hunk: node.diffHunk,
    outdated: node.outdated,
    commit_sha: node.commit?.oid ?? null,
    original_commit_sha: node.originalCommit?.oid ?? null,
    in_reply_to: node.replyTo?.fullDatabaseId ?? null,
  };
}

function commitRow(pullRequest: string, position: number, node: CommitNode, actors: ActorDirectory): CommitRow {
  const { commit } = node;
  return {
    pull_request: pullRequest,
    sha: commit.oid,
    position,
    message: commit.message,
    author: commit.author?.user ? actors.add(commit.author.user) : null,
    author_name: commit.author?.name ?? null,
    committer: commit.committer?.user ? actors.add(commit.committer.user) : null,
    committer_name: commit.committer?.name ?? null,
    authored_at: commit.authoredDate,
    committed_at: commit.committedDate,
  };
}
