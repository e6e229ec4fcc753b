import type { RunEvent, RunState } from '../../progress/runs/events.ts';
import { runState } from '../runs/run-state.ts';
import { type WireJob, type WireRun, type WireStep, workflowFile } from '../runs/wire.ts';
import type { PolledRun } from './run-poll.ts';

type JobEvent = Extract<RunEvent, { event: 'job.changed' }>;
type StepEvent = Extract<RunEvent, { event: 'step.changed' }>;

/** What has been told of a run. */
export interface ToldRun {
  readonly attempt: number;
  readonly state: RunState;
  readonly jobs: ReadonlyMap<string, JobEvent>;
  /** By job id and step number. */
  readonly steps: ReadonlyMap<string, StepEvent>;
}

export function attemptOf(run: WireRun): number {
  return run.run_attempt ?? 1;
}

/** GitHub's time on this machine's clock; null where it is not given. */
export function localTime(text: string | null | undefined, offsetMs: number): number | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at + offsetMs;
}

/** When this attempt of a run began, on this machine's clock; null where GitHub does not tell. */
export function startOf({ run, clockOffsetMs }: PolledRun): number | null {
  return localTime(run.run_started_at ?? run.created_at, clockOffsetMs);
}

/** The event of a run that is seen for the first time. @param beganAt what counts as its start where none is told */
export function foundEvent(polled: PolledRun, repository: string, beganAt: number): RunEvent {
  const { run } = polled;
  return {
    event: 'run.found',
    runId: String(run.id),
    repository,
    workflow: workflowFile(run.path),
    title: run.display_title,
    url: run.html_url,
    branch: run.head_branch,
    sha: run.head_sha,
    attempt: attemptOf(run),
    state: runState(run.status, run.conclusion),
    startedAt: startOf(polled) ?? beganAt,
  };
}

/** The events between what has been told and what GitHub shows now, and what has been told then. Pure. */
export function changesOf(
  told: ToldRun | undefined,
  polled: PolledRun,
): { readonly events: readonly RunEvent[]; readonly told: ToldRun } {
  const { run, clockOffsetMs } = polled;
  const attempt = attemptOf(run);
  const state = runState(run.status, run.conclusion);
  const events: RunEvent[] = [];
  const anew = told === undefined || told.attempt !== attempt;
  if (told && (anew || told.state !== state))
    events.push({ event: 'run.changed', runId: String(run.id), attempt, state, startedAt: startOf(polled) });
  const jobs = new Map(anew ? [] : told.jobs);
  const steps = new Map(anew ? [] : told.steps);
  for (const job of polled.jobs) {
    const event = jobEvent(job, attempt, clockOffsetMs);
    if (!isSame(jobs.get(event.jobId), event)) events.push(event);
    jobs.set(event.jobId, event);
    for (const step of job.steps ?? []) {
      const stepped = stepEvent(event.jobId, step, clockOffsetMs);
      const key = `${event.jobId} ${stepped.number}`;
      const before = steps.get(key);
      // A step that has not begun is no news.
      if (!isSame(before, stepped) && (before || stepped.state !== 'queued')) events.push(stepped);
      steps.set(key, stepped);
    }
  }
  return { events, told: { attempt, state, jobs, steps } };
}

function jobEvent(job: WireJob, attempt: number, offsetMs: number): JobEvent {
  const state = runState(job.status, job.conclusion);
  return {
    event: 'job.changed',
    jobId: String(job.id),
    name: job.name,
    state,
    attempt: job.run_attempt ?? attempt,
    // A queued job already has a time of start, which is when it was queued.
    startedAt:
      state === 'queued' || state === 'pending' || state === 'waiting' ? null : localTime(job.started_at, offsetMs),
    finishedAt: localTime(job.completed_at, offsetMs),
    runner: job.runner_name || null,
    url: job.html_url ?? '',
  };
}

function stepEvent(jobId: string, step: WireStep, offsetMs: number): StepEvent {
  return {
    event: 'step.changed',
    jobId,
    number: step.number,
    name: step.name,
    state: runState(step.status, step.conclusion),
    startedAt: localTime(step.started_at, offsetMs),
    finishedAt: localTime(step.completed_at, offsetMs),
  };
}

/** Events are flat. */
function isSame<Event extends object>(one: Event | undefined, other: Event): boolean {
  return one !== undefined && Object.entries(other).every(([key, value]) => Reflect.get(one, key) === value);
}
