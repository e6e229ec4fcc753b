import { formatCount, formatDuration, formatQuantity } from '../format.ts';
import { sanitize } from '../sanitize.ts';
import type { RunState } from './events.ts';
import { currentStep, type JobView, type RunView, tookMs } from './view.ts';
import { describeState, isUnderWay, RUN_STATE_LABELS, RUN_STATE_ORDER } from './wording.ts';

/** How many jobs are in which state, in the order of interest: `1 failed, 3 running, 12 succeeded`. */
export function describeJobCounts(jobs: readonly JobView[]): string {
  const counts = new Map<RunState, number>();
  for (const { state } of jobs) counts.set(state, (counts.get(state) ?? 0) + 1);
  return RUN_STATE_ORDER.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [`${formatCount(count)} ${RUN_STATE_LABELS[state]}`];
  }).join(', ');
}

/** How a run stands, in one line of words. */
export function describeRun(run: RunView, now: number): string {
  const since = formatDuration(Math.max(0, now - run.startedAt));
  if (!isUnderWay(run.state)) return `the run ${describeState(run.state)}`;
  if (run.state !== 'running') return `the run ${describeState(run.state)}, ${since} so far`;
  if (run.jobs.length === 0) return `no job has begun, ${since} so far`;
  const running = run.jobs.filter(({ state }) => state === 'running');
  const [first] = running;
  const more = running.length > 1 ? ` and ${formatCount(running.length - 1)} more` : '';
  const at = first ? `; ${describeJob(first, now)}${more}` : '';
  return `${formatQuantity(run.jobs.length, 'job')}: ${describeJobCounts(run.jobs)}${at}`;
}

/** A job with the step it is at. */
export function describeJob(job: JobView, now: number): string {
  const step = currentStep(job);
  const took = tookMs(job, now);
  const length = took === undefined ? '' : ` for ${formatDuration(took)}`;
  return `${sanitize(job.name)}${step ? ` at "${sanitize(step.name)}"` : ''}${length}`;
}
