import { messageOf } from '../../errors.ts';
import type { ProgressEvent } from '../../progress/events.ts';
import { findContinuation } from '../dispatch/continuation.ts';
import { type WatchCapabilities, type WatchInputs, type WatchResult, watchRun } from './watch.ts';

export interface ChainCapabilities extends WatchCapabilities {
  /** Whether the work of a run that has ended is known to go on, so that its continuation is waited for. */
  readonly goesOn: () => Promise<boolean>;
  /** Told the number of each further run before it is watched. */
  readonly onContinued: (runId: string) => void;
}

/**
 * Watches a run, then the run that it has started to go on with what it left, and so on: the last run's end is the
 * result, since what a run fails to do is left to the next one. Where it cannot be known whether a run goes on, its own
 * end is the result, and the doubt is told.
 *
 * @throws as `watchRun`
 */
export async function* watchChain(
  capabilities: ChainCapabilities,
  inputs: WatchInputs,
): AsyncGenerator<ProgressEvent, WatchResult> {
  const { clock, signal } = capabilities;
  for (let watched = inputs; ; ) {
    const ended = yield* watchRun(capabilities, watched);
    const { runId, repository } = ended;
    let next: Awaited<ReturnType<typeof findContinuation>>;
    try {
      const github = capabilities.connectGitHub({});
      next = await findContinuation({ github, clock, signal }, ended, await capabilities.goesOn());
    } catch (thrown) {
      signal.throwIfAborted();
      const message = `it is not known whether another run goes on: ${messageOf(thrown)}`;
      yield { event: 'notice.raised', level: 'warning', message };
    }
    if (!next) return ended;
    capabilities.onContinued(next.runId);
    yield { event: 'run.continued', runId, repository, nextRunId: next.runId, url: next.url };
    watched = { ...watched, runId: next.runId, justDispatched: true };
  }
}
