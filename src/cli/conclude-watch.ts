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
    if (ended.failures.length > 0) {
      tell(`Next: capture-cli runs logs ${ended.runId} --failed --dispatch-repo ${ended.repository}`);
    }
    return ended.exitCode;
  }
  if (!progress) return ended.exitCode;
  const { exitCode, words, next } = await progress.standing();
  if (words !== undefined) tell(`The run succeeded, but ${words}.`);
  for (const command of next) tell(`Next: ${command}`);
  return exitCode;
}
