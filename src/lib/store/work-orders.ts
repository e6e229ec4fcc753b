import type { BackfillStatus } from './backfill-rows.ts';

export interface UnassignedItem {
  readonly number: number;
  readonly weight: number;
}

export interface ChunkTarget {
  readonly number: number;
  readonly node_id: string;
  /** Chunks of review comments: GitHub ids of the review and of its pull request. */
  readonly review?: string;
  readonly pull_request?: string;
}

export interface ChunkOrder {
  readonly work: 'chunk';
  readonly chunk_id: string;
  readonly chunk_number: number;
  readonly kind: 'pull_requests' | 'review_comments';
  readonly token: string;
  readonly attempt: number;
  readonly first_number: number;
  readonly last_number: number;
  readonly targets: readonly ChunkTarget[];
}

export interface EnumerateOrder {
  readonly work: 'enumerate';
  readonly token: string;
  readonly cursor: string | null;
  readonly enumerated: number;
  readonly unassigned: readonly UnassignedItem[];
}

export interface AuditOrder {
  readonly work: 'audit';
  readonly token: string;
  /** GitHub's newest `updatedAt` when the backfill was opened; null for an empty repository. */
  readonly watermark: string | null;
  readonly unassigned: readonly UnassignedItem[];
}

/** What `backfill_claim` tells a worker to do next. */
export type WorkOrder =
  | ChunkOrder
  | EnumerateOrder
  | AuditOrder
  /** Other workers hold what is left; until the first of their leases expires. */
  | { readonly work: 'wait'; readonly until: string | null }
  | {
      readonly work: 'stop';
      readonly status: BackfillStatus;
      readonly pause_reason: string | null;
      readonly resume_after: string | null;
    };
