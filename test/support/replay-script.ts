import type { ProgressEvent, RowCounts } from '../../src/lib/progress/events.ts';

/**
 * One step of a replay: events that come at once, after a pause. Their times (`until`, `resetAt`, `resumeAfter`) are
 * counted from the moment at which they are played.
 */
export interface ReplayStep {
  /** Milliseconds before the events. */
  readonly after?: number;
  readonly events: readonly ProgressEvent[];
}

/** A replay as the program `replay-progress.ts` reads it. */
export interface Replay {
  readonly steps: readonly ReplayStep[];
  /** What a Ctrl-C does: end the replay as an engine ends at its next checkpoint, after this many milliseconds. */
  readonly checkpointMs?: number;
}

/** What `replay-progress.ts` reports when it has consumed all events. */
export interface ReplayReport {
  readonly consumed: number;
  readonly wallMs: number;
  /** Processor time of the whole process during the replay, user and system. */
  readonly cpuMs: number;
  readonly loadedInk: boolean;
}

/** The rows of a backfill in which every pull request has the same number of children. */
export function rowsOf(pullRequests: number): RowCounts {
  return {
    pull_requests: pullRequests,
    files: pullRequests * 12,
    reviews: pullRequests * 3,
    review_comments: pullRequests * 4,
    comments: pullRequests * 5,
    commits: pullRequests * 6,
  };
}

export interface BackfillShape {
  readonly repository?: string;
  readonly total?: number;
  readonly chunkSize?: number;
  /** Pull requests that are captured before the replay ends; all of them unless said. */
  readonly upTo?: number;
  /** Pull requests that earlier runs captured. */
  readonly from?: number;
  /** Between one chunk and the next. */
  readonly chunkMs?: number;
}

/** The beginning of a backfill: counted and listed. */
export function opening({
  repository = 'pytorch/pytorch',
  total = 20_000,
  from = 0,
}: BackfillShape = {}): ProgressEvent[] {
  return [
    { event: 'backfill.started', repository, total, finished: from, resumed: from > 0, store: 'embedded' },
    { event: 'enumeration.advanced', enumerated: total, total, unchanged: 0 },
    budget('graphql', 4_312),
  ];
}

/** Both budgets reset 12 minutes after they are played. */
export function budget(resource: 'graphql' | 'rest', remaining: number): ProgressEvent {
  return { event: 'budget.updated', resource, limit: 5_000, remaining, reserve: 500, resetAt: 12 * 60_000 };
}

/** One chunk from its start to its commit, with the progress that follows. */
export function chunk(
  index: number,
  { total = 20_000, chunkSize = 25, from = 0 }: BackfillShape = {},
): ProgressEvent[] {
  const first = from + (index - 1) * chunkSize + 1;
  const last = Math.min(total, first + chunkSize - 1);
  const items = last - first + 1;
  return [
    {
      event: 'chunk.started',
      chunk: index,
      kind: 'pull_requests',
      items,
      pageSize: chunkSize,
      firstNumber: first,
      lastNumber: last,
      attempt: 1,
    },
    { event: 'chunk.committed', chunk: index, kind: 'pull_requests', rows: rowsOf(items), fetchMs: 1_240, storeMs: 12 },
    budget('graphql', Math.max(500, 4_312 - index * 2)),
    { event: 'progress.updated', finished: last, total, rows: rowsOf(last), quarantined: 0 },
  ];
}

/** The end of a backfill that captured everything, or stopped at `upTo`. */
export function ending(
  shape: BackfillShape = {},
  changes: Partial<Extract<ProgressEvent, { event: 'backfill.finished' }>> = {},
): ProgressEvent {
  const { repository = 'pytorch/pytorch', total = 20_000, upTo = total } = shape;
  return {
    event: 'backfill.finished',
    repository,
    outcome: 'completed',
    finished: upTo,
    total,
    rows: rowsOf(upTo),
    quarantined: 0,
    gaps: [],
    cost: { graphql: 812, rest: 40 },
    requests: 852,
    elapsedMs: 1_798_000,
    ...changes,
  };
}

/** Chunk after chunk, `chunkMs` apart. */
export function chunks(shape: BackfillShape = {}): ReplayStep[] {
  const { total = 20_000, chunkSize = 25, from = 0, upTo = total, chunkMs = 0 } = shape;
  return Array.from({ length: Math.ceil((upTo - from) / chunkSize) }, (_, index) => ({
    after: chunkMs,
    events: chunk(index + 1, shape),
  }));
}
