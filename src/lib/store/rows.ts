/**
 * The shapes that travel between this program and the database's procedures. GitHub ids are decimal strings: they have
 * passed 2^31 and are BIGINT in the database. Timestamps are ISO 8601. Names are the columns' (`supabase/migrations`).
 */

export type ActorType = 'User' | 'Bot' | 'Mannequin' | 'Organization' | 'EnterpriseUserAccount';

export interface RepositoryRow {
  readonly github_id: string;
  readonly node_id: string;
  readonly owner: string;
  readonly name: string;
  readonly full_name: string;
  readonly is_private: boolean;
  readonly default_branch: string | null;
  readonly pull_request_count: number;
  readonly created_at: string;
}

export interface ActorRow {
  readonly github_id: string | null;
  readonly node_id: string;
  readonly login: string;
  readonly type: ActorType;
  readonly avatar_url: string | null;
}

/** An actor as other rows refer to it: its GitHub id, or `node:` and its node id where it has none. */
export type ActorKey = string;

export interface PullRequestRow {
  readonly github_id: string;
  readonly node_id: string;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly draft: boolean;
  readonly locked: boolean;
  readonly author: ActorKey;
  readonly merged_by: ActorKey | null;
  readonly base_branch: string;
  readonly head_branch: string;
  readonly base_sha: string | null;
  readonly head_sha: string | null;
  readonly merge_commit_sha: string | null;
  readonly additions: number | null;
  readonly deletions: number | null;
  readonly changed_files: number | null;
  readonly html_url: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly closed_at: string | null;
  readonly merged_at: string | null;
  readonly files_total: number | null;
  readonly reviews_total: number | null;
  readonly review_comments_total: number | null;
  readonly comments_total: number | null;
  readonly commits_total: number | null;
  readonly captured_kinds: readonly string[];
}

export interface FileRow {
  readonly pull_request: string;
  readonly path: string;
  readonly additions: number;
  readonly deletions: number;
  readonly change_type: string;
}

export interface ReviewRow {
  readonly github_id: string;
  readonly node_id: string;
  readonly pull_request: string;
  readonly author: ActorKey;
  readonly state: string;
  readonly body: string;
  readonly commit_sha: string | null;
  readonly submitted_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface CommentRow {
  readonly github_id: string;
  readonly node_id: string;
  readonly pull_request: string;
  /** The review it belongs to; null for a comment on the conversation. */
  readonly review: string | null;
  readonly author: ActorKey;
  readonly body: string;
  readonly path?: string | null;
  readonly position?: number | null;
  readonly original_position?: number | null;
  readonly line?: number | null;
  readonly original_line?: number | null;
  readonly diff_hunk?: string | null;
  readonly outdated?: boolean | null;
  readonly commit_sha?: string | null;
  readonly original_commit_sha?: string | null;
  readonly in_reply_to?: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface CommitRow {
  readonly pull_request: string;
  readonly sha: string;
  readonly position: number;
  readonly message: string;
  readonly author: ActorKey | null;
  readonly author_name: string | null;
  readonly committer: ActorKey | null;
  readonly committer_name: string | null;
  readonly authored_at: string | null;
  readonly committed_at: string | null;
}

/** What became of one pull request of a chunk. */
export interface Receipt {
  readonly number: number;
  readonly status: 'captured' | 'gone' | 'quarantined';
  readonly reason: string | null;
}

export interface ReviewCandidate {
  readonly review: string;
  readonly node_id: string;
  readonly pull_request: string;
  /** 1 surely has comments ... 4 hardly. */
  readonly rank: number;
}

export interface PullRequestsPayload {
  readonly actors: readonly ActorRow[];
  readonly pull_requests: readonly PullRequestRow[];
  /** A kind that is absent was not captured; one that is present is complete for every pull request of the payload. */
  readonly files?: readonly FileRow[];
  readonly reviews?: readonly ReviewRow[];
  readonly comments?: readonly CommentRow[];
  readonly commits?: readonly CommitRow[];
  readonly review_candidates: readonly ReviewCandidate[];
  readonly receipts: readonly Receipt[];
}

export interface ReviewCommentsPayload {
  readonly actors: readonly ActorRow[];
  readonly comments: readonly CommentRow[];
  /** GitHub ids of the reviews that were drained to the end. */
  readonly reviews: readonly string[];
  readonly quarantined: readonly { readonly number: number; readonly reason: string }[];
}

export interface CommitAnswer {
  readonly committed?: true;
  /** The lease was lost: nothing was stored. */
  readonly refused?: 'stale_lease';
}

export interface EnumeratedItem {
  readonly number: number;
  readonly node_id: string;
  readonly updated_at: string;
  readonly weight: number;
}
