import type { components } from '@octokit/openapi-types';

type Schemas = components['schemas'];

export type JobStatus = Schemas['job']['status'];
export type RunStatus = JobStatus;
export type StepStatus = NonNullable<Schemas['job']['steps']>[number]['status'];

/** Every conclusion of a run; a job has all of them but `stale` and `startup_failure`. */
export const CONCLUSIONS = [
  'success',
  'failure',
  'neutral',
  'cancelled',
  'skipped',
  'timed_out',
  'action_required',
  'stale',
  'startup_failure',
] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];
export type JobConclusion = Exclude<Conclusion, 'stale' | 'startup_failure'>;

/** What a step, job or attempt is at one moment. Times are milliseconds since the epoch, by GitHub's clock. */
export interface StepState {
  readonly number: number;
  readonly name: string;
  readonly status: StepStatus;
  readonly conclusion: JobConclusion | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
}

export interface Annotation {
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title: string | null;
  readonly path: string;
  readonly line: number;
}

export interface JobState {
  readonly id: number;
  readonly name: string;
  readonly status: JobStatus;
  readonly conclusion: JobConclusion | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly steps: readonly StepState[];
  readonly labels: readonly string[];
  readonly runnerName: string | null;
  /** The attempt that ran it: a re-run of failed jobs keeps what succeeded before. */
  readonly attempt: number;
  readonly annotations: readonly Annotation[];
}

export interface AttemptState {
  /** From 1. */
  readonly number: number;
  readonly status: RunStatus;
  readonly conclusion: Conclusion | null;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly actor: string;
  readonly jobs: readonly JobState[];
}

/** What a re-run repeats. */
export interface RerunRequest {
  readonly actor: string;
  readonly failedOnly: boolean;
}

/** What happens in a run: told by a script, or by executing its workflow. */
export interface Course {
  /** Every attempt, the first one first; never empty. */
  attempts(now: number): readonly AttemptState[];
  /** The log of a job of any attempt; null as long as there is none, or when there will never be one. */
  log(jobId: number, now: number): string | Buffer | null;
  /** False when there is nothing left to cancel. */
  cancel(now: number, force: boolean): boolean;
  /** False while the run is not over. */
  rerun(now: number, request: RerunRequest): boolean;
  /** Environments that wait for an approval. */
  waitingFor(now: number): readonly string[];
  /** False when that environment does not wait. */
  review(now: number, environment: string, approved: boolean): boolean;
  /** True when the run is gone, as after 400 days or by hand. */
  isDeleted(now: number): boolean;
}

/** What is said of a run when it is made. */
export interface RunFacts {
  readonly id: number;
  /** Counts the runs of its workflow, from 1. */
  readonly number: number;
  readonly workflowId: number;
  readonly workflowName: string;
  readonly workflowPath: string;
  readonly event: string;
  readonly headBranch: string;
  readonly headSha: string;
  readonly displayTitle: string;
  readonly actor: string;
  readonly createdAt: number;
}

export interface WorkflowRun extends RunFacts {
  readonly course: Course;
}

/** The attempt that a run is at. */
export function latestAttempt(run: Pick<WorkflowRun, 'course'>, now: number): AttemptState {
  const attempt = run.course.attempts(now).at(-1);
  if (!attempt) throw new Error('a run has at least one attempt');
  return attempt;
}
