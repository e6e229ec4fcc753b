import type { Clock } from '../lib/clock.ts';
import { EXIT, type ExitCode } from '../lib/exit-codes.ts';
import type { ProgressEvent } from '../lib/progress/events.ts';
import type { StatusRow } from '../lib/store/backfill-rows.ts';
import type { Store } from '../lib/store/store-options.ts';

/** What the store tells of a pipeline that runs elsewhere, which GitHub's API cannot. */
export interface StoredProgress {
  /** Its progress from now on. Ends by itself, or when the signal is aborted. */
  events(signal: AbortSignal): AsyncIterable<ProgressEvent>;
  /** How it stands once its run has ended well. */
  standing(): Promise<Standing>;
}

export interface Standing {
  readonly exitCode: ExitCode;
  /** What is to be said about it; undefined when everything is done. */
  readonly words: string | undefined;
  /** What to type next; empty when everything is done. */
  readonly next: readonly string[];
  /** Whether work is left that nothing keeps from going on. */
  readonly goesOn: boolean;
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
    import('../lib/store/procedures.ts'),
    import('../lib/backfill/watch/follow.ts'),
  ]);
  const backfills = createBackfillStore(store.client);
  return {
    events: (signal) => followBackfill(backfills, clock, repository, store.kind, signal),
    standing: async () => standingOf(repository, (await backfills.status(repository))[0]),
  };
}

function standingOf(repository: string, row: StatusRow | undefined): Standing {
  return { ...wordsOf(repository, row), goesOn: row?.status === 'active' };
}

function wordsOf(repository: string, row: StatusRow | undefined): Omit<Standing, 'goesOn'> {
  const status = `capture-cli backfill status ${repository}`;
  switch (row?.status) {
    case 'completed':
      return { exitCode: EXIT.done, words: undefined, next: [] };
    case 'completed_with_gaps':
      return {
        exitCode: EXIT.partial,
        words: `the backfill of ${repository} has gaps`,
        next: [`capture-cli backfill verify ${repository}`],
      };
    case 'active':
      return {
        exitCode: EXIT.notFinished,
        words: `the backfill of ${repository} is not finished`,
        next: ['capture-cli runs list', `${status} --watch`],
      };
    case 'paused':
      return row.pause_reason === 'user'
        ? {
            exitCode: EXIT.notFinished,
            words: `somebody has paused the backfill of ${repository}`,
            next: [`capture-cli backfill resume ${repository}`],
          }
        : {
            exitCode: EXIT.rateLimited,
            words: `the backfill of ${repository} is paused by a rate limit`,
            next: [`${status} --watch`],
          };
    case undefined:
      return {
        exitCode: EXIT.failed,
        words: `the store has no backfill of ${repository}: the workflow writes to another one`,
        next: ['capture-cli workflows install --diff'],
      };
    default:
      return { exitCode: EXIT.failed, words: `the backfill of ${repository} is ${row?.status}`, next: [status] };
  }
}
