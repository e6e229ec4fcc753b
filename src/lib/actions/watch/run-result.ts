import type { JobFailure, RunState } from '../../progress/runs/events.ts';
import { MEANING, runState } from '../runs/run-state.ts';
import type { WireJob } from '../runs/wire.ts';

/** How many jobs are in each state. */
export function countStates(jobs: readonly WireJob[]): Readonly<Partial<Record<RunState, number>>> {
  const counts: Partial<Record<RunState, number>> = {};
  for (const job of jobs) {
    const state = runState(job.status, job.conclusion);
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

/** The jobs that did not end well, with the step at which they failed and the end of their logs. */
export function failuresOf(
  jobs: readonly WireJob[],
  tailOf: (jobId: string) => readonly string[],
): readonly JobFailure[] {
  return jobs
    .map((job) => ({ job, state: runState(job.status, job.conclusion) }))
    .filter(({ state }) => MEANING[state].wrong)
    .map(({ job, state }) => ({
      jobId: String(job.id),
      name: job.name,
      state,
      url: job.html_url ?? '',
      step: job.steps?.find((step) => MEANING[runState(step.status, step.conclusion)].wrong)?.name ?? null,
      tail: tailOf(String(job.id)),
    }));
}
