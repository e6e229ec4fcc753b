import { groundTruth, type PullRequestTruth } from '../sandbox/ground-truth.ts';
import type { ActorRecord, Author } from '../sandbox/history/records.ts';
import type { SandboxRepository } from '../sandbox/history/repository.ts';
import type { Query } from './captured-content.ts';

type Row = Readonly<Record<string, unknown>>;
type Tables = Record<string, Row[]>;

/** GitHub's account for authors that are gone, https://github.com/ghost. */
const GHOST = '10137';

const ACTOR = (column: string) => `(select actor_key from contributors where id = ${column})`;
const TIME = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** What is stored, in the words of the truth. Ids as text: they have passed 2^53. */
const STORED: Readonly<Record<string, string>> = {
  pull_requests: `select github_id::text as id, node_id, number, title, body, state, merged, draft, locked,
      ${ACTOR('author_id')} as author, ${ACTOR('merged_by_id')} as merged_by, base_branch, head_branch, base_sha, head_sha,
      merge_commit_sha, additions, deletions, changed_files, html_url, ${TIME('created_at')} as created_at,
      ${TIME('updated_at')} as updated_at, ${TIME('closed_at')} as closed_at, ${TIME('merged_at')} as merged_at
    from pull_requests p where gone_at is null`,
  files: `select p.number, f.path, f.additions, f.deletions, f.change_type
    from pull_request_files f join pull_requests p on p.github_id = f.pull_request_id where p.gone_at is null`,
  reviews: `select r.github_id::text as id, r.node_id, p.number, ${ACTOR('r.author_id')} as author, r.state, r.body, r.commit_sha,
      ${TIME('r.submitted_at')} as submitted_at, ${TIME('r.created_at')} as created_at, ${TIME('r.updated_at')} as updated_at
    from reviews r join pull_requests p on p.github_id = r.pull_request_id where p.gone_at is null`,
  comments: `select c.comment_type as type, c.github_id::text as id, c.node_id, p.number, c.review_id::text as review,
      ${ACTOR('c.author_id')} as author, c.body, c.path, c.position, c.original_position, c.line, c.original_line, c.diff_hunk,
      c.outdated, c.commit_sha, c.original_commit_sha, c.in_reply_to_github_id::text as in_reply_to,
      ${TIME('c.created_at')} as created_at, ${TIME('c.updated_at')} as updated_at
    from comments c join pull_requests p on p.github_id = c.pull_request_id where p.gone_at is null`,
  commits: `select p.number, l.position, c.sha, c.message, ${ACTOR('c.author_id')} as author, c.author_name,
      ${ACTOR('c.committer_id')} as committer, c.committer_name, ${TIME('c.authored_at')} as authored_at,
      ${TIME('c.committed_at')} as committed_at
    from pull_request_commits l join commits c using (repository_id, sha)
    join pull_requests p on p.github_id = l.pull_request_id where p.gone_at is null`,
};

/** A row that is not stored as the truth has it, or is stored and not in it, or stored more than once. */
export interface Difference {
  readonly table: string;
  /** Of the pull request that it belongs to. */
  readonly number: number;
  readonly problem: 'not stored' | 'too many';
  readonly row: string;
}

export interface ComparisonOptions {
  /** Tables to compare; all of them without it. */
  readonly tables?: readonly string[];
  /** The pull requests that must be there, and no other; all of them without it. */
  readonly only?: (truth: PullRequestTruth) => boolean;
}

/**
 * Compares every captured row with what the simulated GitHub serves now, column by column, in both directions: an empty
 * list when nothing is missing, doubled, altered or too much. Rows of pull requests that are marked gone are left out.
 */
export async function differencesFromTruth(
  query: Query,
  repository: SandboxRepository,
  { tables = Object.keys(STORED), only = () => true }: ComparisonOptions = {},
): Promise<readonly Difference[]> {
  const expected: Tables = { pull_requests: [], files: [], reviews: [], comments: [], commits: [] };
  for (const truth of groundTruth(repository)) if (only(truth)) addTruth(expected, truth);
  const differences: Difference[] = [];
  for (const [table, sql] of Object.entries(STORED)) {
    if (!tables.includes(table)) continue;
    const open = new Map<string, number>();
    for (const row of expected[table] ?? []) count(open, canonical(row), 1);
    for (const row of await query(`${sql} and p.repository_id = ${repository.databaseId}`))
      count(open, canonical(row), -1);
    for (const [row, surplus] of open) {
      if (surplus === 0) continue;
      const { number } = JSON.parse(row) as { readonly number: number };
      differences.push({ table, number, problem: surplus > 0 ? 'not stored' : 'too many', row });
    }
  }
  return differences;
}

function count(open: Map<string, number>, row: string, by: number): void {
  open.set(row, (open.get(row) ?? 0) + by);
}

/** Keys in order; PostgreSQL's text cannot hold U+0000, nor halves of surrogate pairs. */
function canonical(row: Row): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(row).toSorted(([one], [other]) => (one < other ? -1 : 1))),
    (_, value: unknown) => (typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value),
  );
}

function accountOf(actor: ActorRecord): string {
  return actor.databaseId === null ? `node:${actor.id}` : String(actor.databaseId);
}

function authorOf(author: Author): string {
  return author ? accountOf(author) : GHOST;
}

function addTruth(tables: Tables, truth: PullRequestTruth): void {
  const { pullRequest: pr, files, reviews, reviewComments, comments, commits } = truth;
  const { number } = pr;
  tables['pull_requests']?.push({
    id: pr.fullDatabaseId,
    node_id: pr.id,
    number,
    title: pr.title,
    body: pr.body,
    state: pr.state === 'OPEN' ? 'open' : 'closed',
    merged: pr.merged,
    draft: pr.isDraft,
    locked: pr.locked,
    author: authorOf(pr.author),
    merged_by: pr.mergedBy ? accountOf(pr.mergedBy) : null,
    base_branch: pr.baseRefName,
    head_branch: pr.headRefName,
    base_sha: pr.baseRefOid,
    head_sha: pr.headRefOid,
    merge_commit_sha: pr.mergeCommitOid,
    additions: pr.additions,
    deletions: pr.deletions,
    changed_files: pr.changedFiles,
    html_url: pr.url,
    created_at: pr.createdAt,
    updated_at: pr.updatedAt,
    closed_at: pr.closedAt,
    merged_at: pr.mergedAt,
  });
  for (const { path, additions, deletions, changeType } of files) {
    tables['files']?.push({ number, path, additions, deletions, change_type: changeType });
  }
  for (const review of reviews) {
    tables['reviews']?.push({
      id: review.fullDatabaseId,
      node_id: review.id,
      number,
      author: authorOf(review.author),
      state: review.state,
      body: review.body,
      commit_sha: review.commit.oid,
      submitted_at: review.submittedAt,
      created_at: review.createdAt,
      updated_at: review.updatedAt,
    });
  }
  for (const comment of comments) {
    tables['comments']?.push({
      ...ONLY_REVIEW_COMMENTS,
      type: 'issue_comment',
      id: comment.fullDatabaseId,
      node_id: comment.id,
      number,
      author: authorOf(comment.author),
      body: comment.body,
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
    });
  }
  for (const comment of reviewComments) {
    tables['comments']?.push({
      type: 'review_comment',
      id: comment.fullDatabaseId,
      node_id: comment.id,
      number,
      review: comment.reviewFullDatabaseId,
      author: authorOf(comment.author),
      body: comment.body,
      path: comment.path,
      position: comment.position,
      original_position: comment.originalPosition,
      line: comment.line,
      original_line: comment.originalLine,
      diff_hunk: comment.diffHunk,
      outdated: comment.outdated,
      commit_sha: comment.commit.oid,
      original_commit_sha: comment.originalCommit.oid,
      in_reply_to: comment.replyTo?.fullDatabaseId ?? null,
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
    });
  }
  for (const [index, commit] of commits.entries()) {
    const { author, committer } = commit;
    tables['commits']?.push({
      number,
      position: index + 1,
      sha: commit.oid,
      message: commit.message,
      author: author.user ? accountOf(author.user) : null,
      author_name: author.name,
      committer: committer.user ? accountOf(committer.user) : null,
      committer_name: committer.name,
      authored_at: commit.authoredDate,
      committed_at: commit.committedDate,
    });
  }
}

const ONLY_REVIEW_COMMENTS = {
  review: null,
  path: null,
  position: null,
  original_position: null,
  line: null,
  original_line: null,
  diff_hunk: null,
  outdated: null,
  commit_sha: null,
  original_commit_sha: null,
  in_reply_to: null,
};
