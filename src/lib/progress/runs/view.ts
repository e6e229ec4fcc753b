import type { JobFailure, RunEvent, RunState } from './events.ts';

type Of<Name extends RunEvent['event']> = Extract<RunEvent, { readonly event: Name }>;

export type StepView = Omit<Of<'step.changed'>, 'event' | 'jobId'>;

export interface JobView extends Omit<Of<'job.changed'>, 'event'> {
  /** In the order of their numbers. */
  readonly steps: readonly StepView[];
}

export type FoundRun = Of<'run.found'>;
export type FinishedRun = Of<'run.finished'>;
export type ReadLog = Of<'log.read'>;

/** What is known of a watched run from its events so far. */
export interface RunView {
  readonly found: FoundRun;
  readonly attempt: number;
  readonly state: RunState;
  /** When this attempt began. */
  readonly startedAt: number;
  /** Of this attempt, in the order in which they were first seen. */
  readonly jobs: readonly JobView[];
  readonly failures: readonly JobFailure[];
  readonly outcome: FinishedRun | undefined;
}

/** The run after one more event; events before `run.found` say nothing. Pure. */
export function reduceRun(run: RunView | undefined, event: RunEvent): RunView | undefined {
  if (event.event === 'run.found') {
    const { attempt, state, startedAt } = event;
    return { found: event, attempt, state, startedAt, jobs: [], failures: [], outcome: undefined };
  }
  if (run === undefined) return undefined;
  switch (event.event) {
    case 'run.changed': {
      const jobs = event.attempt === run.attempt ? run.jobs : [];
      const startedAt = event.startedAt ?? run.startedAt;
      return { ...run, attempt: event.attempt, state: event.state, startedAt, jobs };
    }
    case 'job.changed': {
      const { event: _, ...job } = event;
      return { ...run, jobs: put(run.jobs, job) };
    }
    case 'step.changed': {
      const { event: _, jobId, ...step } = event;
      const jobs = run.jobs.map((job) => (job.jobId === jobId ? { ...job, steps: putStep(job.steps, step) } : job));
      return { ...run, jobs };
    }
    case 'run.finished':
      return { ...run, attempt: event.attempt, state: event.state, failures: event.failures, outcome: event };
    case 'run.continued':
    case 'log.read':
    case 'log.missed':
      return run;
  }
}

/** The step that a job is at: the one that runs, else the last one that has begun. */
export function currentStep(job: JobView): StepView | undefined {
  return (
    job.steps.find(({ state }) => state === 'running') ??
    job.steps.findLast(({ state }) => state !== 'queued' && state !== 'pending')
  );
}

/** How long a job or a step has taken so far, in milliseconds; undefined where it has not begun. */
export function tookMs(of: { startedAt: number | null; finishedAt: number | null }, now: number): number | undefined {
  return of.startedAt === null ? undefined : Math.max(0, (of.finishedAt ?? now) - of.startedAt);
}

function put(jobs: readonly JobView[], job: Omit<JobView, 'steps'>): readonly JobView[] {
  const known = jobs.find(({ jobId }) => jobId === job.jobId);
  if (!known) return [...jobs, { ...job, steps: [] }];
  return jobs.map((other) => (other === known ? { ...job, steps: known.steps } : other));
}

function putStep(steps: readonly StepView[], step: StepView): readonly StepView[] {
  const others = steps.filter(({ number }) => number !== step.number);
  return [...others, step].sort((one, other) => one.number - other.number);
}
