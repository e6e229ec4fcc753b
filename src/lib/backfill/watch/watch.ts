import type { Clock } from '../../clock.ts';
import type { BackfillOutcome, Gap, ProgressEvent } from '../../progress/events.ts';
import type { StatusRow } from '../../store/backfill-rows.ts';
import type { BackfillStore } from '../../store/procedures.ts';

const POLL_MS = 2_000;
/** Longer than a worker takes between two leases. */
const DESERTED_AFTER_MS = 10_000;

const OUTCOMES: Readonly<Record<StatusRow['status'], BackfillOutcome | null>> = {
  active: null,
  paused: 'paused',
  completed: 'completed',
  completed_with_gaps: 'completed_with_gaps',
  failed: 'failed',
  cancelled: 'cancelled',
};

/**
 * The progress of a backfill that other processes work on, from the store: the same events as those processes show. Ends when the
 * backfill does, or when nobody works on it any more. Asks GitHub nothing.
 */
export async function* watchBackfill(
  store: BackfillStore,
  clock: Clock,
  first: StatusRow,
  storeKind: 'embedded' | 'hosted',
  signal: AbortSignal,
): AsyncGenerator<ProgressEvent> {
  const startedAt = clock.now();
  yield {
    event: 'backfill.started',
    repository: first.repository,
    total: first.total,
    finished: finishedOf(first),
    resumed: true,
    watched: true,
    store: storeKind,
  };
  let workedAt = startedAt;
  for (let row = first; ; ) {
    yield { event: 'enumeration.advanced', enumerated: row.enumerated, total: row.total, unchanged: row.unchanged };
    yield {
      event: 'progress.updated',
      finished: finishedOf(row),
      total: row.total,
      rows: row.rows,
      quarantined: row.quarantined,
    };
    const outcome = OUTCOMES[row.status];
    if (outcome) {
      yield {
        event: 'backfill.finished',
        repository: row.repository,
        outcome,
        finished: finishedOf(row),
        total: row.total,
        rows: row.rows,
        quarantined: row.quarantined,
        gaps: row.gaps as readonly Gap[],
        cost: { graphql: 0, rest: 0 },
        requests: 0,
        elapsedMs: clock.now() - startedAt,
        ...(row.resume_after ? { resumeAfter: Date.parse(row.resume_after) } : {}),
        ...(row.pause_reason ? { pauseReason: row.pause_reason } : {}),
      };
      return;
    }
    if (row.workers > 0) {
      workedAt = clock.now();
    } else if (clock.now() - workedAt >= DESERTED_AFTER_MS) {
      yield {
        event: 'notice.raised',
        level: 'warning',
        message: `nobody works on this backfill: capture-cli backfill ${row.repository} goes on with it`,
      };
      return;
    }
    try {
      await clock.sleep(POLL_MS, signal);
    } catch (thrown) {
      // Whoever looks on may go at any time.
      if (signal.aborted) return;
      throw thrown;
    }
    row = (await store.status(row.repository))[0] ?? row;
  }
}

/** Pull requests that need no more work. */
export function finishedOf(row: StatusRow): number {
  return row.unchanged + row.captured + row.gone + row.quarantined;
}
