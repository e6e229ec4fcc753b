import type { Clock } from './lib/clock.ts';
import { EXIT, type ExitCode } from './lib/exit-codes.ts';
import type { ProgressEvent } from './lib/progress/events.ts';
import type { StatusRow } from './lib/store/rows.ts';
import type { Store } from './lib/store/store-options.ts';

/** What the store tells of a pipeline that runs elsewhere, which GitHub's API cannot. */
export interface StoredProgress {
  /** Its progress from now on. Ends by itself, or when the signal is aborted. */
  events(signal: AbortSignal): AsyncIterable<ProgressEvent>;
  /** How it stands once its run has ended well. */
  standing(): Promise<Standing>;
}

export interface Standing {
  readonly exitCode: ExitCode;
  /** What to type next; empty when everything is done. */
  readonly next: readonly string[];
}

type Inputs = Readonly<Record<string, string>>;

/** The progress of a catalogue command's run with these inputs; undefined where the store does not hold any. */
export async function storedProgress(
  command: string,
  inputs: Inputs,
  store: Store,
  clock: Clock,
): Promise<StoredProgress | undefined> {
  const repository = inputs['repository'];
  if (command !== 'backfill' || repository === undefined) return undefined;
  const [{ createBackfillStore }, { followBackfill }] = await Promise.all([
    import('./lib/store/procedures.ts'),
    import('./lib/backfill/follow.ts'),
  ]);
  const backfills = createBackfillStore(store.client);
  return {
    events: (signal) => followBackfill(backfills, clock, repository, store.kind, signal),
    standing: async () => standingOf(repository, (await backfills.status(repository))[0]),
  };
}

function standingOf(repository: string, row: StatusRow | undefined): Standing {
  const follow = `capture-cli backfill status ${repository} --watch`;
  switch (row?.status) {
    case 'completed':
      return { exitCode: EXIT.done, next: [] };
    case 'completed_with_gaps':
      return { exitCode: EXIT.partial, next: [`capture-cli backfill verify ${repository}`] };
    case 'active':
      return { exitCode: EXIT.notFinished, next: ['capture-cli runs list', follow] };
    case 'paused':
      return row.pause_reason === 'user'
        ? { exitCode: EXIT.notFinished, next: [`capture-cli backfill resume ${repository}`] }
        : { exitCode: EXIT.rateLimited, next: [follow] };
    default:
      return { exitCode: EXIT.failed, next: [`capture-cli backfill status ${repository}`] };
  }
}
