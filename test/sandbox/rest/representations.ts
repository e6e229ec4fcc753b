import type { components } from '@octokit/openapi-types';
import type { PullRequest } from '../history/pull-request.ts';
import type {
  ActorRecord,
  Author,
  CommentRecord,
  CommitRecord,
  FileRecord,
  ReviewCommentRecord,
  ReviewRecord,
} from '../history/records.ts';
import type { SandboxRepository } from '../history/repository.ts';

type Schemas = components['schemas'];

/** The part of GitHub's representation that the sandbox serves, with GitHub's own names and types. */
type User = Pick<
  Schemas['simple-user'],
  'login' | 'id' | 'node_id' | 'avatar_url' | 'html_url' | 'type' | 'site_admin'
>;
type File = Pick<Schemas['diff-entry'], 'sha' | 'filename' | 'status' | 'additions' | 'deletions' | 'changes'>;
type Review = Pick<
  Schemas['pull-request-review'],
  'id' | 'node_id' | 'body' | 'state' | 'html_url' | 'commit_id' | 'submitted_at'
>;
type ReviewComment = Pick<
  Schemas['pull-request-review-comment'],
  | 'id'
  | 'node_id'
  | 'pull_request_review_id'
  | 'diff_hunk'
  | 'path'
  | 'original_position'
  | 'commit_id'
  | 'original_commit_id'
  | 'body'
  | 'created_at'
  | 'updated_at'
  | 'html_url'
  | 'pull_request_url'
  | 'original_line'
>;

/** A bot's REST login ends in `[bot]`; its GraphQL login does not. A ghost is null. */
export function user(author: Author): User | null {
  return author ? account(author) : null;
}

/** REST knows an id of enterprise accounts, which GraphQL does not tell. */
const MANAGED_ACCOUNT_ID = 90_000_002;

function account(actor: ActorRecord): User {
  return {
    login: actor.__typename === 'Bot' ? `${actor.login}[bot]` : actor.login,
    id: actor.databaseId ?? MANAGED_ACCOUNT_ID,
    node_id: actor.id,
    avatar_url: actor.avatarUrl,
    html_url: actor.url,
    type: actor.__typename === 'EnterpriseUserAccount' ? 'User' : actor.__typename,
    site_admin: false,
  };
}

export function repository(source: SandboxRepository, baseUrl: string) {
  return {
    id: source.databaseId,
    node_id: source.id,
    name: source.name,
    full_name: source.nameWithOwner,
    owner: {
      login: source.owner,
      id: source.databaseId % 1_000_000,
      node_id: `O_${source.owner}`,
      type: 'Organization',
      site_admin: false,
    },
    private: source.isPrivate,
    archived: source.isArchived,
    fork: source.isFork,
    description: source.description,
    html_url: source.url,
    url: `${baseUrl}/repos/${source.nameWithOwner}`,
    default_branch: 'main',
    stargazers_count: source.databaseId % 90_000,
    forks_count: source.databaseId % 9_000,
    created_at: source.createdAt,
    updated_at: source.updatedAt,
    pushed_at: source.updatedAt,
  } satisfies Partial<Record<keyof Schemas['full-repository'], unknown>>;
}

/** As in a listing: without the counts that only the single pull request has. */
export function pullRequestSimple(source: PullRequest, repositoryUrl: string) {
  return {
    id: Number(source.fullDatabaseId),
    node_id: source.id,
    url: `${repositoryUrl}/pulls/${source.number}`,
    html_url: source.url,
    number: source.number,
    title: source.title,
    body: source.body === '' ? null : source.body,
    state: source.state === 'OPEN' ? 'open' : 'closed',
    draft: source.isDraft,
    locked: source.locked,
    user: user(source.author),
    created_at: source.createdAt,
    updated_at: source.updatedAt,
    closed_at: source.closedAt,
    merged_at: source.mergedAt,
    merge_commit_sha: source.mergeCommit?.oid ?? null,
    head: { ref: source.headRefName, sha: source.headRefOid },
    base: { ref: source.baseRefName, sha: source.baseRefOid },
  } satisfies Partial<Record<keyof Schemas['pull-request-simple'], unknown>>;
}

export function pullRequest(source: PullRequest, repositoryUrl: string) {
  return {
    ...pullRequestSimple(source, repositoryUrl),
    merged: source.merged,
    merged_by: user(source.mergedBy),
    comments: source.commentRecords.length,
    review_comments: source.reviewCommentRecords.length,
    commits: source.commitsTotal,
    additions: source.additions,
    deletions: source.deletions,
    changed_files: source.changedFiles,
  } satisfies Partial<Record<keyof Schemas['pull-request'], unknown>>;
}

const FILE_STATUS = { ADDED: 'added', MODIFIED: 'modified', DELETED: 'removed', RENAMED: 'renamed' } as const;

export function file(source: FileRecord): File {
  return {
    sha: null,
    filename: source.path,
    status: FILE_STATUS[source.changeType],
    additions: source.additions,
    deletions: source.deletions,
    changes: source.additions + source.deletions,
  };
}

export function review(source: ReviewRecord): Review & { readonly user: User | null } {
  return {
    id: Number(source.fullDatabaseId),
    node_id: source.id,
    user: user(source.author),
    body: source.body,
    state: source.state,
    html_url: source.url,
    commit_id: source.commit.oid,
    ...(source.submittedAt === null ? {} : { submitted_at: source.submittedAt }),
  };
}

export function reviewComment(
  source: ReviewCommentRecord,
  reviewId: string,
  pullRequestUrl: string,
): ReviewComment & {
  readonly position: number | null;
  readonly line: number | null;
  readonly in_reply_to_id?: number;
  readonly user: User | null;
} {
  return {
    id: Number(source.fullDatabaseId),
    node_id: source.id,
    pull_request_review_id: Number(reviewId),
    diff_hunk: source.diffHunk,
    path: source.path,
    position: source.position,
    original_position: source.originalPosition,
    line: source.line,
    original_line: source.originalLine,
    commit_id: source.commit.oid,
    original_commit_id: source.originalCommit.oid,
    ...(source.replyTo ? { in_reply_to_id: Number(source.replyTo.fullDatabaseId) } : {}),
    user: user(source.author),
    body: source.body,
    created_at: source.createdAt,
    updated_at: source.updatedAt,
    html_url: source.url,
    pull_request_url: pullRequestUrl,
  };
}

export function issueComment(source: CommentRecord, issueUrl: string) {
  return {
    id: Number(source.fullDatabaseId),
    node_id: source.id,
    user: user(source.author),
    body: source.body,
    created_at: source.createdAt,
    updated_at: source.updatedAt,
    html_url: source.url,
    issue_url: issueUrl,
  } satisfies Partial<Record<keyof Schemas['issue-comment'], unknown>>;
}

export function commit(source: CommitRecord) {
  const { author, committer } = source;
  return {
    sha: source.oid,
    commit: {
      message: source.message,
      author: { name: author.name, email: author.email, date: author.date },
      committer: { name: committer.name, email: committer.email, date: committer.date },
    },
    author: user(author.user),
    committer: user(committer.user),
  } satisfies Partial<Record<keyof Schemas['commit'], unknown>>;
}
