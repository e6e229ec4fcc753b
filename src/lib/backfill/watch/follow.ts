import type { Clock } from '../../clock.ts';
import type { ProgressEvent } from '../../progress/events.ts';
import type { StatusRow } from '../../store/backfill-rows.ts';
import type { BackfillStore } from '../../store/procedures.ts';
import { watchBackfill } from './watch.ts';

const POLL_MS = 2_000;

/**
 * The progress of a backfill that workers elsewhere are about to begin or already work on, from the store. An earlier
 * backfill of the repository that has ended is not taken for it. Ends when the backfill does; asks GitHub nothing.
 */
export async function* followBackfill(
  store: BackfillStore,
  clock: Clock,
  repository: string,
  storeKind: 'embedded' | 'hosted',
  signal: AbortSignal,
): AsyncGenerator<ProgressEvent> {
  const [before] = await store.status(repository);
  for (let row = before; ; [row] = await store.status(repository)) {
    if (row && (row.status === 'active' || isAnother(row, before))) {
      yield* watchBackfill(store, clock, row, storeKind, signal);
      return;
    }
    await clock.sleep(POLL_MS, signal);
  }
}

function isAnother(row: StatusRow, before: StatusRow | undefined): boolean {
  return row.state_id !== before?.state_id || row.updated_at !== before.updated_at;
}
