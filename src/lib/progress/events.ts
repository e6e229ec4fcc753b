/**
 * The progress events that every pipeline yields and every renderer consumes. Names are `subject.verbInThePast`.
 * On the wire (`--jsonl`) each carries `schemaVersion` and `ts` as well: see `jsonl.ts`.
 */

import type { ConsolidateEvent } from './docs/consolidate-events.ts';
import type { DocsEvent } from './docs/events.ts';
import type { RunEvent } from './runs/events.ts';

/** The kinds of children that a backfill captures beside the pull requests themselves. */
export type ChildKind = 'files' | 'reviews' | 'review_comments' | 'comments' | 'commits';

/** GitHub's two separate hourly budgets. */
export type RateResource = 'graphql' | 'rest';

export type RowCounts = Readonly<Record<'pull_requests' | ChildKind, number>>;

/** How a backfill stands when a run of it ends. */
export type BackfillOutcome =
  | 'completed'
  | 'completed_with_gaps'
  | 'paused'
  | 'cancelled'
  | 'failed'
  /** Stopped by `--max-chunks` or `--max-minutes`. */
  | 'stopped'
  /** Enumerated and cut into chunks, for others to capture. */
  | 'planned'
  | 'interrupted';

export interface Gap {
  /** Pull request number, or null for a gap of the repository as a whole. */
  readonly number: number | null;
  readonly kind: 'pull_requests' | ChildKind;
  /** What GitHub says there is; null where GitHub does not say. */
  readonly expected: number | null;
  readonly captured: number;
  readonly reason: GapReason;
  readonly detail?: string;
}

export type GapReason =
  /** GitHub serves at most 3,000 files of a pull request. */
  | 'files_truncated_at_source'
  /** GitHub serves at most 250 commits of a pull request. */
  | 'commits_truncated_at_source'
  /** The pull request failed even when asked for alone. */
  | 'quarantined'
  /** GitHub has it and the store does not. */
  | 'missing'
  /** The store has more than GitHub. */
  | 'surplus'
  /** It changed on GitHub after it was captured: the next run captures it again. */
  | 'stale';

export type ProgressEvent =
  | RunEvent
  | DocsEvent
  | ConsolidateEvent
  | {
      readonly event: 'backfill.started';
      readonly repository: string;
      /** GitHub's `pullRequests.totalCount`: the only honest denominator. */
      readonly total: number;
      /** Pull requests of this backfill that earlier runs have finished. */
      readonly finished: number;
      readonly resumed: boolean;
      readonly store: 'embedded' | 'hosted';
      readonly renamedFrom?: string;
      /** True where other processes do the work and this one only looks on. */
      readonly watched?: boolean;
    }
  | {
      readonly event: 'enumeration.advanced';
      readonly enumerated: number;
      readonly total: number;
      readonly unchanged: number;
    }
  | {
      readonly event: 'chunk.started';
      readonly chunk: number;
      readonly kind: 'pull_requests' | 'review_comments';
      readonly items: number;
      readonly pageSize: number;
      /** First and last pull request number, for people. */
      readonly firstNumber: number;
      readonly lastNumber: number;
      readonly attempt: number;
    }
  /** A page was refused; the next request asks for fewer. */
  | { readonly event: 'page.shrunk'; readonly reason: string; readonly from: number; readonly to: number }
  | {
      readonly event: 'chunk.committed';
      readonly chunk: number;
      readonly kind: 'pull_requests' | 'review_comments';
      /** Rows that this chunk stored, new or renewed. */
      readonly rows: RowCounts;
      readonly fetchMs: number;
      readonly storeMs: number;
    }
  | {
      readonly event: 'progress.updated';
      readonly finished: number;
      readonly total: number;
      readonly rows: RowCounts;
      readonly quarantined: number;
    }
  | { readonly event: 'item.quarantined'; readonly number: number; readonly reason: string }
  | {
      readonly event: 'budget.updated';
      readonly resource: RateResource;
      readonly limit: number;
      readonly remaining: number;
      /** Units that are left for others. */
      readonly reserve: number;
      /** Milliseconds since the epoch. */
      readonly resetAt: number;
    }
  | {
      readonly event: 'wait.started';
      readonly reason: 'budget_exhausted' | 'secondary_limit' | 'pacing' | 'network' | 'other_workers';
      readonly until: number;
      readonly detail?: string;
    }
  | { readonly event: 'wait.ended' }
  | { readonly event: 'notice.raised'; readonly level: 'info' | 'warning'; readonly message: string }
  | {
      readonly event: 'audit.started';
      /** Of a comparison that stands alone (`backfill verify`): what is compared. */
      readonly alone?: {
        readonly repository: string;
        /** Pull requests to compare. */
        readonly total: number;
        readonly store: 'embedded' | 'hosted';
      };
    }
  /** Of a comparison that stands alone: how many pull requests are compared. */
  | { readonly event: 'audit.advanced'; readonly compared: number; readonly total: number }
  | { readonly event: 'audit.finished'; readonly gaps: number }
  | {
      readonly event: 'backfill.finished';
      readonly repository: string;
      readonly outcome: BackfillOutcome;
      readonly finished: number;
      readonly total: number;
      readonly rows: RowCounts;
      readonly quarantined: number;
      readonly gaps: readonly Gap[];
      /** The points and requests that this run was charged. */
      readonly cost: Readonly<Record<RateResource, number>>;
      readonly requests: number;
      readonly elapsedMs: number;
      readonly resumeAfter?: number;
      readonly pauseReason?: string;
    };

export const NO_ROWS: RowCounts = {
  pull_requests: 0,
  files: 0,
  reviews: 0,
  review_comments: 0,
  comments: 0,
  commits: 0,
};
