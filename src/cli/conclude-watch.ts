import { watchCommand } from '../lib/actions/runs/run-errors.ts';
import type { WatchResult } from '../lib/actions/watch/watch.ts';
import { EXIT, type ExitCode } from '../lib/exit-codes.ts';
import type { StoredProgress } from './stored-progress.ts';

/**
 * Says what to type next after a run has been watched. A run that ended well ends the watching as well as its pipeline
 * stands in the store, where that is known.
 *
 * @returns what the command exits with
 */
export async function concludeWatch(
  ended: WatchResult,
  progress: StoredProgress | undefined,
  tell: (line: string) => void,
): Promise<ExitCode> {
  if (!ended.ended) {
    tell(`The run goes on. Next: ${watchCommand(ended)}`);
    return ended.exitCode;
  }
  if (ended.exitCode !== EXIT.done) {
    const next = nextAfterFailure(ended);
    if (next !== undefined) tell(`Next: ${next}`);
    return ended.exitCode;
  }
  if (!progress) return ended.exitCode;
  const { exitCode, words, next } = await progress.standing();
  if (words !== undefined) tell(`The run succeeded, but ${words}.`);
  for (const command of next) tell(`Next: ${command}`);
  return exitCode;
}

function nextAfterFailure({ state, failures, runId, repository, workflow, url }: WatchResult): string | undefined {
  if (state === 'action_required') return `approve it at ${url}`;
  if (state === 'startup_failure') return `capture-cli workflows check .github/workflows/${workflow}`;
  return failures.length > 0 ? `capture-cli runs logs ${runId} --failed --dispatch-repo ${repository}` : undefined;
}
