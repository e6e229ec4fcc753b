import type { RepositoryName } from '../github/repository/repository-name.ts';
import type { ChildKind, ProgressEvent } from '../progress/events.ts';

/** What the operator asked for. */
export interface BackfillInputs {
  readonly repository: RepositoryName;
  readonly kinds: readonly ChildKind[];
  /** Only pull requests that changed at or after this time; undefined for all. */
  readonly since?: Date | undefined;
  readonly chunkSize: number;
  /** Forget the progress of an unfinished backfill and capture everything again. Rows are renewed, none is deleted. */
  readonly fresh: boolean;
  /** Lift a pause that a user has set. */
  readonly liftPause: boolean;
  /** Stop after this many chunks of this run. */
  readonly maxChunks?: number | undefined;
  /** Stop after this many minutes; what is under way is given back. */
  readonly maxMinutes?: number | undefined;
  /** Enumerate to the end and form the chunks, for other workers to capture; capture nothing. */
  readonly planOnly?: boolean | undefined;
  /** How long a lease is held without a heartbeat, in milliseconds. */
  readonly leaseMs: number;
  /** A rate limit that lasts longer than this pauses the backfill instead of being waited for, in milliseconds. */
  readonly maxWaitMs: number;
}

export type BackfillResult = Extract<ProgressEvent, { event: 'backfill.finished' }>;
