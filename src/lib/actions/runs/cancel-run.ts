import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { GitHubClient } from '../../github/client.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import { type RunName, runUnknown, watchCommand } from './run-errors.ts';

/**
 * Asks GitHub to cancel a run; `force` also ends jobs whose conditions are `always()`. GitHub answers before the run has
 * ended: its jobs get 7.5 s to end by themselves.
 *
 * @throws OperatorError `run_unknown`, `run_not_cancellable` (exit 2)
 */
export async function cancelRun(
  github: GitHubClient,
  { owner, name }: RepositoryName,
  runId: string,
  force: boolean,
  signal: AbortSignal,
): Promise<void> {
  const run: RunName = { repository: `${owner}/${name}`, runId };
  const answer = await github.rest<{ readonly message?: string } | undefined>({
    route: `POST /repos/{owner}/{repo}/actions/runs/{run_id}/${force ? 'force-cancel' : 'cancel'}`,
    parameters: { owner, repo: name, run_id: runId },
    answers: [404, 409],
    signal,
  });
  if (answer.status === 404) throw runUnknown(run);
  if (answer.status !== 409) return;
  const reason = answer.data?.message ?? 'it has ended';
  throw new OperatorError(`run ${runId} of ${run.repository} cannot be cancelled: ${reason}`, {
    code: 'run_not_cancellable',
    exitCode: EXIT.usage,
    nextSteps: [
      `see how it stands: ${watchCommand(run)}`,
      ...(force || /completed/i.test(reason) ? [] : ['if it hangs: the same command with --force']),
    ],
  });
}
