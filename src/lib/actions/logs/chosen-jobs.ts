import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { sanitize } from '../../progress/sanitize.ts';
import type { RunName } from '../runs/run-errors.ts';
import { MEANING, runState } from '../runs/run-state.ts';
import type { WireJob } from '../runs/wire.ts';

/** Which jobs of a run: the one of this name, as it is shown, or number; those that failed. */
export interface JobChoice {
  readonly job: string | undefined;
  readonly failed: boolean;
}

/** Names that an error lists at most. */
const MOST_NAMES = 10;

/**
 * The jobs that were asked for. Attempts and called workflows may have several of one name: all of them.
 *
 * @throws OperatorError `job_unknown`, exit 2
 */
export function chosenJobs(jobs: readonly WireJob[], { job, failed }: JobChoice, run: RunName): readonly WireJob[] {
  const named = job === undefined ? jobs : jobs.filter(({ id, name }) => sanitize(name) === job || String(id) === job);
  if (named.length === 0 && job !== undefined) {
    const names = [...new Set(jobs.map(({ name }) => sanitize(name)))];
    throw jobUnknown(job, names, run);
  }
  return failed ? named.filter(({ status, conclusion }) => MEANING[runState(status, conclusion)].wrong) : named;
}

function jobUnknown(given: string, names: readonly string[], { repository, runId }: RunName): OperatorError {
  const alike = names.filter((name) => name.toLowerCase().includes(given.toLowerCase()));
  const listed = alike.length > 0 ? alike : names;
  const more = listed.length > MOST_NAMES ? `, and ${listed.length - MOST_NAMES} more` : '';
  const all = `${listed.slice(0, MOST_NAMES).join(', ')}${more}`;
  return new OperatorError(`run ${runId} of ${repository} has no job "${given}"`, {
    code: 'job_unknown',
    exitCode: EXIT.usage,
    nextSteps: [alike.length > 0 ? `name one of these: ${all}` : `its jobs are: ${all || 'none'}`],
  });
}
