/** What the database tells of a backfill: how far it is, what is missing and why. */

export type BackfillStatus = 'active' | 'paused' | 'completed' | 'completed_with_gaps' | 'failed' | 'cancelled';

export interface BackfillProgress {
  readonly state_id: string;
  readonly repository: string;
  readonly repository_id: string;
  readonly status: BackfillStatus;
  readonly pause_reason: 'user' | 'rate_limit' | 'superseded' | null;
  readonly resume_after: string | null;
  readonly kinds: readonly string[];
  readonly since: string | null;
  readonly chunk_size: number;
  readonly recapture: boolean;
  readonly total: number;
  readonly enumerated: number;
  readonly enumeration_done: boolean;
  readonly enumeration_cursor: string | null;
  readonly unchanged: number;
  readonly captured: number;
  readonly gone: number;
  readonly quarantined: number;
  readonly pending: number;
  readonly reviews_waiting: number;
  readonly chunks: Readonly<Record<string, number>> | null;
  readonly gaps: readonly unknown[];
  readonly last_error: string | null;
  readonly started_at: string;
  readonly updated_at: string;
  readonly finished_at: string | null;
}

export type TableRowCounts = Readonly<
  Record<'pull_requests' | 'files' | 'reviews' | 'review_comments' | 'comments' | 'commits', number>
>;

export interface StatusRow extends BackfillProgress {
  readonly rows: TableRowCounts;
  /** Workers that hold a live lease now. */
  readonly workers: number;
}

export interface ChildGapRow {
  readonly number: number;
  readonly kind: 'files' | 'reviews' | 'review_comments' | 'comments' | 'commits';
  readonly expected: number | null;
  readonly captured: number;
  readonly reason: 'files_truncated_at_source' | 'commits_truncated_at_source' | 'missing' | 'surplus';
}

export interface RecoveryFinding {
  readonly chunk: number;
  readonly kind: 'pull_requests' | 'review_comments';
  readonly first_number: number;
  readonly last_number: number;
  readonly items: number;
  readonly captured: number;
  readonly attempts: number;
  readonly error: string | null;
  readonly owner: string | null;
  readonly lease_expires_at: string | null;
  readonly finding: 'failed' | 'waiting' | 'lease_expired' | 'in_progress' | 'quarantined';
  readonly quarantined: readonly { readonly number: number; readonly reason: string }[];
}
