import type { AttemptState, Course, RerunRequest } from './records.ts';
import type { AttemptScript, JobScript, ParsedRunScript } from './run-script.ts';
import type { Interventions } from './scripted-attempt.ts';
import { scriptedAttempt } from './scripted-attempt.ts';

interface StartedAttempt {
  readonly script: AttemptScript;
  readonly jobIds: readonly number[];
  done: Interventions;
}

function generatedLog(bytes: number): Buffer {
  const line = '2026-01-01T00:00:00.0000000Z a line of a long log that says nothing at all, only that it is long\n';
  return Buffer.alloc(bytes, line);
}

function stepLog(job: JobScript, startedAt: number): string {
  const at = new Date(startedAt).toISOString().replace('Z', '0000Z');
  const lines = job.steps.flatMap((step) => [
    `${at} ##[group]${step.name}`,
    `${at} ##[endgroup]`,
    ...(step.conclusion === 'failure' ? [`${at} ##[error]Process completed with exit code 1.`] : []),
  ]);
  return `\uFEFF${lines.join('\n')}\n`;
}

/** A run whose states follow from a script and the clock alone, so that hours of it pass in no time. */
export class ScriptedRun implements Course {
  readonly #script: ParsedRunScript;
  readonly #createdAt: number;
  readonly #nextJobId: () => number;
  readonly #attempts: StartedAttempt[] = [];

  constructor(script: ParsedRunScript, createdAt: number, nextJobId: () => number) {
    this.#script = script;
    this.#createdAt = createdAt;
    this.#nextJobId = nextJobId;
    this.#start(createdAt, script.actor);
  }

  attempts(now: number): readonly AttemptState[] {
    this.#rerunWhatIsDue(now);
    return this.#attempts.map((attempt, index) => this.#state(attempt, index, now));
  }

  log(jobId: number, now: number): string | Buffer | null {
    for (const [index, attempt] of this.#attempts.entries()) {
      const place = attempt.jobIds.indexOf(jobId);
      const job = attempt.script.jobs[place];
      if (!job) continue;
      const state = this.#state(attempt, index, now).jobs.find(({ id }) => id === jobId);
      const endedAt = state?.completedAt ?? null;
      if (!state || endedAt === null || state.conclusion === 'skipped' || now < endedAt + job.logDelayMs) return null;
      if (job.log === null || (job.log === undefined && state.steps.length === 0)) return null;
      if (typeof job.log === 'string') return job.log;
      return job.log ? generatedLog(job.log.bytes) : stepLog(job, state.startedAt ?? endedAt);
    }
    return null;
  }

  cancel(now: number): boolean {
    return this.#change(now, (done) => ({ ...done, cancelledAt: done.cancelledAt ?? now }));
  }

  rerun(now: number, { actor }: RerunRequest): boolean {
    if (this.attempts(now).at(-1)?.status !== 'completed') return false;
    this.#start(now, actor);
    return true;
  }

  waitingFor(now: number): readonly string[] {
    const latest = this.attempts(now).at(-1);
    const waiting = latest?.jobs.filter(({ status }) => status === 'waiting').map(({ name }) => name) ?? [];
    const jobs = this.#attempts.at(-1)?.script.jobs ?? [];
    const names = jobs.filter(({ name }) => waiting.includes(name)).flatMap(({ environment }) => environment ?? []);
    return [...new Set(names)];
  }

  review(now: number, environment: string, approved: boolean): boolean {
    if (!this.waitingFor(now).includes(environment)) return false;
    return this.#change(now, (done) => ({
      ...done,
      reviews: new Map([...done.reviews, [environment, { at: now, approved }]]),
    }));
  }

  isDeleted(now: number): boolean {
    const { deletedAfterMs } = this.#script;
    return deletedAfterMs !== undefined && now >= this.#createdAt + deletedAfterMs;
  }

  #state(attempt: StartedAttempt, index: number, now: number) {
    return scriptedAttempt(attempt.script, index + 1, attempt.jobIds, attempt.done, now);
  }

  #change(now: number, change: (done: Interventions) => Interventions): boolean {
    const state = this.attempts(now).at(-1);
    const attempt = this.#attempts.at(-1);
    if (!attempt || state?.status === 'completed') return false;
    attempt.done = change(attempt.done);
    return true;
  }

  #start(at: number, actor: string): void {
    const index = Math.min(this.#attempts.length, this.#script.attempts.length);
    const script = index === 0 ? this.#script : (this.#script.attempts[index - 1] ?? this.#script);
    this.#attempts.push({
      script,
      jobIds: script.jobs.map(() => this.#nextJobId()),
      done: { startedAt: at, actor, cancelledAt: null, reviews: new Map() },
    });
  }

  #rerunWhatIsDue(now: number): void {
    for (;;) {
      const delay = this.#script.rerunAfterMs[this.#attempts.length - 1];
      const latest = this.#attempts.at(-1);
      if (delay === undefined || !latest) return;
      const { endsAt } = this.#state(latest, this.#attempts.length - 1, now);
      if (endsAt === null || now < endsAt + delay) return;
      this.#start(endsAt + delay, latest.done.actor);
    }
  }
}
