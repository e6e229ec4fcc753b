import type { AttemptState, Conclusion, JobConclusion, JobState, RunStatus, StepState } from './records.ts';
import type { AttemptScript, JobScript } from './run-script.ts';

/** How long a cancelled job takes to end: the grace that the runner gives its processes. */
const CANCEL_MS = 2_000;

/** What was done to an attempt from outside. Times in milliseconds since the epoch. */
export interface Interventions {
  readonly startedAt: number;
  readonly actor: string;
  readonly cancelledAt: number | null;
  /** When an environment was approved or refused. */
  readonly reviews: ReadonlyMap<string, { readonly at: number; readonly approved: boolean }>;
}

/** When what a script says happens. Null: not yet known. */
interface Timeline {
  readonly createdAt: number | null;
  /** It stops waiting for an approval. */
  readonly queuedAt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly conclusion: JobConclusion;
}

function lengthOf(job: JobScript): number {
  return job.steps.reduce((sum, step) => sum + step.ms, 0);
}

function scriptedConclusion(job: JobScript): JobConclusion {
  return (
    job.conclusion ??
    job.steps.find(({ conclusion }) => conclusion !== 'success' && conclusion !== 'skipped')?.conclusion ??
    'success'
  );
}

/** A moment at which everything known has happened or is set aside by the cancellation. */
function cut(timeline: Timeline, cancelledAt: number | null): Timeline {
  if (cancelledAt === null || (timeline.endedAt !== null && timeline.endedAt <= cancelledAt)) return timeline;
  if (timeline.startedAt !== null && timeline.startedAt < cancelledAt)
    return { ...timeline, endedAt: cancelledAt + CANCEL_MS, conclusion: 'cancelled' };
  const createdAt = timeline.createdAt === null ? cancelledAt : Math.min(timeline.createdAt, cancelledAt);
  return { createdAt, queuedAt: cancelledAt, startedAt: null, endedAt: cancelledAt, conclusion: 'cancelled' };
}

function timelineOf(job: JobScript, base: number, needed: readonly Timeline[], done: Interventions): Timeline {
  const unknown = {
    createdAt: null,
    queuedAt: null,
    startedAt: null,
    endedAt: null,
    conclusion: scriptedConclusion(job),
  };
  const ends = needed.map(({ endedAt }) => endedAt);
  if (ends.includes(null)) return cut(unknown, done.cancelledAt);
  const createdAt = Math.max(base, ...ends.map((end) => end ?? base));
  const isSkipped = !job.always && needed.some(({ conclusion }) => conclusion !== 'success');
  if (isSkipped || scriptedConclusion(job) === 'skipped')
    return { createdAt, queuedAt: createdAt, startedAt: null, endedAt: createdAt, conclusion: 'skipped' };
  const review = job.environment === undefined ? { at: createdAt, approved: true } : done.reviews.get(job.environment);
  if (!review) return cut({ ...unknown, createdAt }, done.cancelledAt);
  const queuedAt = Math.max(createdAt, review.at);
  if (!review.approved) return { createdAt, queuedAt, startedAt: null, endedAt: queuedAt, conclusion: 'failure' };
  const startedAt = queuedAt + job.queuedMs;
  const whole = {
    createdAt,
    queuedAt,
    startedAt,
    endedAt: startedAt + lengthOf(job),
    conclusion: scriptedConclusion(job),
  };
  return cut(whole, done.cancelledAt);
}

function stepsOf(job: JobScript, timeline: Timeline, now: number): readonly StepState[] {
  const { startedAt, endedAt } = timeline;
  if (startedAt === null || now < startedAt) return [];
  let from = startedAt;
  let isBroken = false;
  return job.steps.map((step, index): StepState => {
    const named = { number: index + 1, name: step.name };
    const to = from + step.ms;
    const beganAt = from;
    from = to;
    const stopped = endedAt !== null && to > endedAt;
    if (isBroken || (stopped && beganAt >= endedAt)) {
      const isTold = endedAt !== null && now >= endedAt;
      if (!isTold) return { ...named, status: 'queued', conclusion: null, startedAt: null, completedAt: null };
      return { ...named, status: 'completed', conclusion: 'skipped', startedAt: endedAt, completedAt: endedAt };
    }
    if (stopped) {
      if (now < endedAt)
        return { ...named, status: 'in_progress', conclusion: null, startedAt: beganAt, completedAt: null };
      return { ...named, status: 'completed', conclusion: 'cancelled', startedAt: beganAt, completedAt: endedAt };
    }
    if (now < beganAt) return { ...named, status: 'queued', conclusion: null, startedAt: null, completedAt: null };
    if (now < to) return { ...named, status: 'in_progress', conclusion: null, startedAt: beganAt, completedAt: null };
    isBroken = step.conclusion === 'failure' && scriptedConclusion(job) === 'failure';
    return { ...named, status: 'completed', conclusion: step.conclusion, startedAt: beganAt, completedAt: to };
  });
}

function jobState(job: JobScript, id: number, attempt: number, timeline: Timeline, now: number): JobState | null {
  const { createdAt, queuedAt, startedAt, endedAt, conclusion } = timeline;
  if (createdAt === null || now < createdAt) return null;
  const hasStarted = startedAt !== null && now >= startedAt;
  const hasEnded = endedAt !== null && now >= endedAt;
  const isWaiting = queuedAt === null || now < queuedAt;
  return {
    id,
    name: job.name,
    status: hasEnded ? 'completed' : hasStarted ? 'in_progress' : isWaiting ? 'waiting' : 'queued',
    conclusion: hasEnded ? conclusion : null,
    createdAt,
    startedAt: hasStarted ? startedAt : hasEnded ? endedAt : null,
    completedAt: hasEnded ? endedAt : null,
    steps: stepsOf(job, timeline, now),
    labels: job.labels,
    runnerName: hasStarted ? `Hosted Runner ${id % 1_000}` : null,
    attempt,
    annotations: hasEnded ? job.annotations : [],
  };
}

/** A run's conclusion from the conclusions of its jobs. */
export function overallConclusion(conclusions: readonly (JobConclusion | null)[]): Conclusion {
  for (const worst of ['failure', 'timed_out', 'action_required', 'cancelled'] as const)
    if (conclusions.includes(worst)) return worst;
  if (conclusions.length > 0 && conclusions.every((each) => each === 'skipped')) return 'skipped';
  return 'success';
}

function runningStatus(jobs: readonly JobState[]): RunStatus {
  if (jobs.some(({ status }) => status === 'in_progress')) return 'in_progress';
  const open = jobs.filter(({ status }) => status !== 'completed');
  if (open.length > 0 && open.every(({ status }) => status === 'waiting')) return 'waiting';
  return jobs.some(({ startedAt }) => startedAt !== null) ? 'in_progress' : 'queued';
}

/** What an attempt is at `now`: a pure function of its script, the clock and what was done to it. */
export function scriptedAttempt(
  script: AttemptScript,
  number: number,
  jobIds: readonly number[],
  done: Interventions,
  now: number,
): AttemptState & { readonly endsAt: number | null } {
  let base = done.startedAt;
  let early: RunStatus | null = null;
  let updatedAt = done.startedAt;
  for (const phase of script.before) {
    if (now >= base) updatedAt = base;
    if (early === null && now < base + phase.ms) early = phase.status;
    base += phase.ms;
  }
  const timelines = new Map<string, Timeline>();
  const states: (JobState | null)[] = [];
  for (const [index, job] of script.jobs.entries()) {
    const needed = job.needs.flatMap((name) => timelines.get(name) ?? []);
    const timeline = timelineOf(job, base, needed, done);
    timelines.set(job.name, timeline);
    states.push(jobState(job, jobIds[index] ?? 0, number, timeline, now));
  }
  const known = [...timelines.values()];
  const ends = known.map(({ endedAt }) => endedAt);
  const cancelledEarly = done.cancelledAt !== null && done.cancelledAt < base ? done.cancelledAt : null;
  const lastEnd = ends.includes(null) ? null : Math.max(base, ...ends.map((end) => end ?? base));
  const endsAt = cancelledEarly ?? lastEnd;
  const jobs = states.filter((each) => each !== null);
  const isOver = endsAt !== null && now >= endsAt;
  for (const { queuedAt, startedAt, endedAt } of known)
    for (const at of [queuedAt, startedAt, endedAt]) if (at !== null && at <= now) updatedAt = Math.max(updatedAt, at);
  const conclusion =
    cancelledEarly !== null
      ? 'cancelled'
      : (script.conclusion ?? overallConclusion(known.map((each) => each.conclusion)));
  return {
    number,
    status: isOver ? 'completed' : (early ?? runningStatus(jobs)),
    conclusion: isOver
      ? done.cancelledAt !== null && done.cancelledAt < (lastEnd ?? 0)
        ? 'cancelled'
        : conclusion
      : null,
    startedAt: done.startedAt,
    updatedAt: isOver ? Math.max(updatedAt, endsAt) : updatedAt,
    actor: done.actor,
    jobs,
    endsAt,
  };
}
