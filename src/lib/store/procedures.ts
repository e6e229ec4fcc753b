import type { SupabaseClient } from '@supabase/supabase-js';
import type { BackfillProgress, ChildGapRow, RecoveryFinding, StatusRow, TableRowCounts } from './backfill-rows.ts';
import { callProcedure } from './call.ts';
import type {
  CommitAnswer,
  EnumeratedItem,
  PullRequestsPayload,
  RepositoryRow,
  ReviewCommentsPayload,
} from './rows.ts';
import type { AuditOrder, UnassignedItem, WorkOrder } from './work-orders.ts';

/** A lease on a chunk: its id and the fencing token that its commit must carry. */
export interface ChunkLease {
  readonly chunkId: string;
  readonly token: string;
}

export interface BackfillOptions {
  readonly kinds: readonly string[];
  /** ISO timestamp; null for every pull request. */
  readonly since: string | null;
  readonly chunk_size: number;
  readonly fresh: boolean;
  /** GitHub's newest `updatedAt` now. */
  readonly watermark: string | null;
}

/**
 * The database's procedures for a backfill, one request and one transaction each (`supabase/migrations`).
 * All of them can be sent again without harm. They throw `StoreError`.
 */
export interface BackfillStore {
  open(repository: RepositoryRow, options: BackfillOptions): Promise<BackfillProgress & { readonly resumed: boolean }>;
  progress(stateId: string): Promise<BackfillProgress>;
  status(fullName: string | null): Promise<readonly StatusRow[]>;
  pause(
    stateId: string,
    reason: 'user' | 'rate_limit',
    resumeAfter: string | null,
    worker: string | null,
  ): Promise<BackfillProgress>;
  resume(stateId: string): Promise<BackfillProgress>;
  cancel(stateId: string): Promise<BackfillProgress>;

  /** Leases the next piece of work; `leaseMs` is how long it is held without a heartbeat. */
  claim(stateId: string, worker: string, settings: ClaimSettings): Promise<WorkOrder>;
  heartbeat(
    stateId: string,
    lease: { readonly chunkId: string | null; readonly token: string },
    leaseMs: number,
  ): Promise<{ readonly held: boolean; readonly status: string }>;
  release(lease: ChunkLease, error: string | null): Promise<boolean>;
  releaseCoordinator(stateId: string, token: string): Promise<boolean>;
  leaseOwners(stateId: string): Promise<readonly string[]>;
  reclaim(stateId: string, workers: readonly string[]): Promise<number>;

  enumerate(
    stateId: string,
    token: string,
    page: {
      readonly items: readonly EnumeratedItem[];
      readonly nextCursor: string | null;
      readonly done: boolean;
      readonly total: number;
    },
  ): Promise<{
    readonly refused?: 'stale_lease';
    readonly changed: number;
    readonly enumerated: number;
    readonly unchanged: number;
    readonly unassigned: readonly UnassignedItem[];
  }>;
  touch(
    stateId: string,
    token: string,
    items: readonly EnumeratedItem[],
    total: number | null,
  ): Promise<{
    readonly refused?: 'stale_lease';
    readonly added: number;
    readonly unassigned: readonly UnassignedItem[];
  }>;
  /** Takes in pull requests whose rows are not as many as GitHub counted, unless this backfill has captured them. */
  repair(
    stateId: string,
    token: string,
    numbers: readonly number[],
  ): Promise<{
    readonly refused?: 'stale_lease';
    readonly added: number;
    readonly unassigned: readonly UnassignedItem[];
  }>;
  assign(
    stateId: string,
    chunks: readonly { readonly weight: number; readonly numbers: readonly number[] }[],
  ): Promise<number>;

  commitPullRequests(lease: ChunkLease, payload: PullRequestsPayload): Promise<CommitAnswer>;
  commitReviewComments(lease: ChunkLease, payload: ReviewCommentsPayload): Promise<CommitAnswer>;

  rowCounts(repositoryId: string): Promise<TableRowCounts>;
  /** `since`: only of pull requests that changed since then (ISO timestamp); null for all. */
  childGaps(
    repositoryId: string,
    kinds: readonly string[],
    since: string | null,
    limit: number,
  ): Promise<readonly ChildGapRow[]>;
  differences(
    repositoryId: string,
    kinds: readonly string[],
    items: readonly EnumeratedItem[],
  ): Promise<readonly { readonly number: number; readonly reason: 'missing' | 'stale' | 'incomplete' }[]>;
  numbersAfter(repositoryId: string, number: number): Promise<readonly number[]>;
  markGone(repositoryId: string, numbers: readonly number[]): Promise<number>;
  quarantined(stateId: string): Promise<readonly { readonly number: number; readonly reason: string }[]>;
  finish(
    stateId: string,
    token: AuditOrder['token'],
    outcome: 'completed' | 'completed_with_gaps',
    gaps: readonly unknown[],
  ): Promise<BackfillProgress>;
  recover(stateId: string, apply: boolean): Promise<readonly RecoveryFinding[]>;

  logStart(stateId: string, worker: string): Promise<string>;
  /** Pull requests that the workers of a host captured, as their names say; without a host the last `runs` workers. */
  recentRecords(stateId: string, host: string | null, runs: number): Promise<number>;
  logFinish(
    logId: string,
    run: { readonly status: string; readonly records: number; readonly points: number; readonly error: string | null },
  ): Promise<boolean>;
}

export interface ClaimSettings {
  readonly leaseMs: number;
  /** Enumerate further when fewer chunks than this are waiting. */
  readonly lowWater: number;
  /** Reviews in a full chunk of review comments. */
  readonly reviewBatch: number;
  /** Claims after which a chunk whose workers keep dying is set aside. */
  readonly maxAttempts: number;
  /** Ids of the chunks that this worker knows to hold: any other that is leased to it was handed out by an answer that was lost. */
  readonly held: readonly string[];
}

export function createBackfillStore(client: SupabaseClient): BackfillStore {
  const call = <T>(name: string, args: Record<string, unknown>) => callProcedure<T>(client, name, args);
  return {
    open: (repository, options) => call('backfill_open', { p_repository: repository, p_options: options }),
    progress: (stateId) => call('backfill_progress', { p_state: stateId }),
    status: (fullName) => call('backfill_status', { p_full_name: fullName }),
    pause: (stateId, reason, resumeAfter, worker) =>
      call('backfill_pause', { p_state: stateId, p_reason: reason, p_resume_after: resumeAfter, p_worker: worker }),
    resume: (stateId) => call('backfill_resume', { p_state: stateId }),
    cancel: (stateId) => call('backfill_cancel', { p_state: stateId }),

    claim: (stateId, worker, settings) =>
      call('backfill_claim', {
        p_state: stateId,
        p_worker: worker,
        p_lease_ms: settings.leaseMs,
        p_low_water: settings.lowWater,
        p_review_batch: settings.reviewBatch,
        p_max_attempts: settings.maxAttempts,
        p_held: settings.held,
      }),
    heartbeat: (stateId, lease, leaseMs) =>
      call('backfill_heartbeat', {
        p_state: stateId,
        p_chunk: lease.chunkId,
        p_token: lease.token,
        p_lease_ms: leaseMs,
      }),
    release: (lease, error) =>
      call('backfill_release', { p_chunk: lease.chunkId, p_token: lease.token, p_error: error }),
    releaseCoordinator: (stateId, token) => call('backfill_release_coordinator', { p_state: stateId, p_token: token }),
    leaseOwners: (stateId) => call('backfill_lease_owners', { p_state: stateId }),
    reclaim: (stateId, workers) => call('backfill_reclaim', { p_state: stateId, p_workers: workers }),

    enumerate: (stateId, token, page) =>
      call('backfill_enumerate', {
        p_state: stateId,
        p_token: token,
        p_items: page.items,
        p_next_cursor: page.nextCursor,
        p_done: page.done,
        p_total: page.total,
      }),
    touch: (stateId, token, items, total) =>
      call('backfill_touch', { p_state: stateId, p_token: token, p_items: items, p_total: total }),
    repair: (stateId, token, numbers) =>
      call('backfill_repair', { p_state: stateId, p_token: token, p_numbers: numbers }),
    assign: (stateId, chunks) => call('backfill_assign', { p_state: stateId, p_chunks: chunks }),

    commitPullRequests: (lease, payload) =>
      call('backfill_commit_pull_requests', { p_chunk: lease.chunkId, p_token: lease.token, p_payload: payload }),
    commitReviewComments: (lease, payload) =>
      call('backfill_commit_review_comments', { p_chunk: lease.chunkId, p_token: lease.token, p_payload: payload }),

    rowCounts: (repositoryId) => call('backfill_row_counts', { p_repository: repositoryId }),
    childGaps: (repositoryId, kinds, since, limit) =>
      call('backfill_child_gaps', { p_repository: repositoryId, p_kinds: kinds, p_since: since, p_limit: limit }),
    differences: (repositoryId, kinds, items) =>
      call('backfill_differences', { p_repository: repositoryId, p_kinds: kinds, p_items: items }),
    numbersAfter: (repositoryId, number) => call('backfill_numbers', { p_repository: repositoryId, p_after: number }),
    markGone: (repositoryId, numbers) => call('backfill_mark_gone', { p_repository: repositoryId, p_numbers: numbers }),
    quarantined: (stateId) => call('backfill_quarantined', { p_state: stateId }),
    finish: (stateId, token, outcome, gaps) =>
      call('backfill_finish', { p_state: stateId, p_token: token, p_outcome: outcome, p_gaps: gaps }),
    recover: (stateId, apply) => call('backfill_recover', { p_state: stateId, p_apply: apply }),

    recentRecords: (stateId, host, runs) =>
      call('sync_log_recent_records', { p_state: stateId, p_host: host, p_runs: runs }),
    logStart: (stateId, worker) => call('sync_log_start', { p_state: stateId, p_worker: worker }),
    logFinish: (logId, run) =>
      call('sync_log_finish', {
        p_log: logId,
        p_status: run.status,
        p_records: run.records,
        p_points: run.points,
        p_error: run.error,
      }),
  };
}
