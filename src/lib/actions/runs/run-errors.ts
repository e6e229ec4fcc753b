import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { GitHubRefusal } from '../../github/refusals.ts';

/** A run as the operator names it. */
export interface RunName {
  /** OWNER/REPO */
  readonly repository: string;
  readonly runId: string;
}

/** What to type to watch a run again. */
export function watchCommand({ repository, runId }: RunName): string {
  return `capture-cli runs watch ${runId} --dispatch-repo ${repository}`;
}

export function runUnknown({ repository, runId }: RunName): OperatorError {
  return new OperatorError(`${repository} has no run ${runId}, or this token may not see it`, {
    code: 'run_unknown',
    exitCode: EXIT.usage,
    nextSteps: [
      `see what there is: capture-cli runs list --dispatch-repo ${repository}`,
      'of another repository: --dispatch-repo OWNER/REPO, or the https address of the run instead of its number',
    ],
  });
}

export function runDeleted({ repository, runId }: RunName): OperatorError {
  return new OperatorError(
    `run ${runId} of ${repository} was deleted while it was watched: how it ended is not known`,
    {
      code: 'run_deleted',
      nextSteps: [`see what there is: capture-cli runs list --dispatch-repo ${repository}`],
    },
  );
}

/** GitHub did not answer for `outageMs`. */
export function watchLost(run: RunName, outageMs: number, cause: Error): OperatorError {
  return new OperatorError(
    `GitHub has not answered for ${outageMs / 60_000} minutes (${cause.message}); the run goes on`,
    { code: 'watch_lost', nextSteps: [`come back with: ${watchCommand(run)}`], cause },
  );
}

/** The same failure with how to come back: a run does not end because watching does. */
export function withWayBack(thrown: unknown, run: RunName): unknown {
  if (!(thrown instanceof OperatorError) || thrown.code === 'run_deleted') return thrown;
  const { message, code, exitCode, nextSteps } = thrown;
  return new OperatorError(message, {
    code,
    exitCode,
    nextSteps: [...nextSteps, `the run goes on; come back with: ${watchCommand(run)}`],
    cause: thrown,
  });
}

/** GitHub or the way to it is down for the moment: asking again later may help. */
export function isOutage(thrown: unknown): thrown is Error {
  return thrown instanceof GitHubRefusal || (thrown instanceof OperatorError && thrown.code === 'github_unreachable');
}
