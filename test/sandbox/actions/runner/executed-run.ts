import { messageOf } from '../../../../src/lib/errors.ts';
import type { HostedRepository } from '../hosted-repository.ts';
import type { AttemptState, Conclusion, Course, RerunRequest, RunFacts, RunStatus } from '../records.ts';
import type { NodeMap, Scalar } from '../workflow/document.ts';
import { resolve } from '../workflow/expressions.ts';
import type { RunnerHouse } from './house.ts';
import { concurrencyOf } from './leg-execution.ts';
import type { LiveJob } from './live-job.ts';
import { WorkflowExecution } from './workflow-execution.ts';
import type { AttemptFrame, JobResult } from './workflow-scope.ts';

interface Attempt {
  readonly number: number;
  readonly actor: string;
  readonly startedAt: number;
  readonly jobs: LiveJob[];
  readonly cancelled: AbortController;
  readonly forced: AbortController;
  readonly approvals: Map<string, (approved: boolean) => void>;
  /** True while it waits for its concurrency group. */
  isPending: boolean;
  conclusion: Conclusion | null;
  changedAt: number;
  readonly ended: PromiseWithResolvers<void>;
}

export interface ExecutedRunOptions {
  readonly house: RunnerHouse;
  readonly hosted: HostedRepository;
  readonly run: RunFacts;
  readonly inputs: Readonly<Record<string, Scalar>>;
  readonly github: NodeMap;
}

/** A run whose workflow is executed. */
export class ExecutedRun implements Course {
  readonly #options: ExecutedRunOptions;
  readonly #attempts: Attempt[] = [];

  constructor(options: ExecutedRunOptions) {
    this.#options = options;
    this.#begin(options.run.actor, () => null);
  }

  attempts(): readonly AttemptState[] {
    return this.#attempts.map((attempt) => {
      const { number, conclusion, startedAt, actor } = attempt;
      const jobs = attempt.jobs.map((job) => job.state());
      const updatedAt = Math.max(attempt.changedAt, ...attempt.jobs.map(({ changedAt }) => changedAt));
      return { number, status: statusOf(attempt, jobs), conclusion, startedAt, updatedAt, actor, jobs };
    });
  }

  /** A job of any attempt. */
  job(id: number): LiveJob | null {
    return this.#attempts.flatMap(({ jobs }) => jobs).find((job) => job.id === id) ?? null;
  }

  log(jobId: number): string | null {
    const job = this.job(jobId);
    return job && job.conclusion !== null ? job.log.toString() || null : null;
  }

  cancel(_now: number, force: boolean): boolean {
    const { attempt, isOver } = this.#latest();
    if (isOver) return false;
    attempt.cancelled.abort(new Error('The run was cancelled.'));
    if (force) attempt.forced.abort(new Error('The run was cancelled by force.'));
    return true;
  }

  rerun(_now: number, { actor, failedOnly }: RerunRequest): boolean {
    const { attempt, isOver } = this.#latest();
    if (!isOver) return false;
    const kept = new Map(
      attempt.jobs.filter(({ conclusion }) => conclusion === 'success').map((job) => [job.key, job]),
    );
    this.#begin(actor, (key) => (failedOnly ? (kept.get(key) ?? null) : null));
    return true;
  }

  waitingFor(): readonly string[] {
    return [...this.#latest().attempt.approvals.keys()];
  }

  review(_now: number, environment: string, approved: boolean): boolean {
    const { approvals } = this.#latest().attempt;
    const decide = approvals.get(environment);
    approvals.delete(environment);
    decide?.(approved);
    return decide !== undefined;
  }

  isDeleted(): boolean {
    return false;
  }

  /** Resolves when the attempt that is under way is over. */
  async settled(): Promise<void> {
    await this.#latest().attempt.ended.promise;
  }

  #latest(): { readonly attempt: Attempt; readonly isOver: boolean } {
    const attempt = this.#attempts.at(-1);
    if (!attempt) throw new Error('a run has at least one attempt');
    return { attempt, isOver: attempt.conclusion !== null };
  }

  #begin(actor: string, kept: AttemptFrame['kept']): void {
    const startedAt = this.#options.house.clock.now();
    const attempt: Attempt = {
      number: this.#attempts.length + 1,
      actor,
      startedAt,
      jobs: [],
      cancelled: new AbortController(),
      forced: new AbortController(),
      approvals: new Map(),
      isPending: false,
      conclusion: null,
      changedAt: startedAt,
      ended: Promise.withResolvers(),
    };
    this.#attempts.push(attempt);
    void this.#execute(attempt, kept)
      .catch((): Conclusion => (attempt.cancelled.signal.aborted ? 'cancelled' : 'startup_failure'))
      .then((conclusion) => {
        attempt.conclusion = conclusion;
        attempt.changedAt = this.#options.house.clock.now();
        attempt.ended.resolve();
      });
  }

  async #execute(attempt: Attempt, kept: AttemptFrame['kept']): Promise<Conclusion> {
    const { house, hosted, run, inputs } = this.#options;
    const document = hosted.document(run.workflowPath, run.headSha);
    const { secrets = {}, vars = {} } = hosted.settings;
    const github = { ...this.#options.github, run_attempt: String(attempt.number), triggering_actor: attempt.actor };
    const leave = await this.#turn(attempt, resolve(document.concurrency, { contexts: { github, inputs, vars } }));
    try {
      const frame: AttemptFrame = {
        house,
        hosted,
        run,
        number: attempt.number,
        cancelled: attempt.cancelled.signal,
        forced: attempt.forced.signal,
        add: (job) => attempt.jobs.push(job),
        kept,
        approval: (environment) => approvalOf(attempt, environment),
      };
      const scope = { attempt: frame, document, prefix: '', depth: 1, github, inputs, secrets, vars };
      const results = await new WorkflowExecution(scope).run();
      return conclusionOf([...results.values()], attempt.cancelled.signal.aborted);
    } finally {
      leave();
    }
  }

  /** Waits for the workflow's concurrency group. */
  async #turn(attempt: Attempt, wish: ReturnType<typeof resolve>): Promise<() => void> {
    if (wish === null) return () => {};
    const { house, hosted } = this.#options;
    const { group, cancelsRunning } = concurrencyOf(wish);
    attempt.isPending = true;
    try {
      return await house.groups.enter({
        group: `${hosted.repository.databaseId} ${group}`,
        cancelsRunning,
        signal: attempt.cancelled.signal,
        cancel: (reason) => attempt.cancelled.abort(new Error(reason)),
      });
    } finally {
      attempt.isPending = false;
    }
  }
}

function approvalOf(attempt: Attempt, environment: string): Promise<void> {
  const { signal } = attempt.cancelled;
  return new Promise((resolve, reject) => {
    const before = attempt.approvals.get(environment);
    const abort = () => reject(new Error(messageOf(signal.reason)));
    signal.addEventListener('abort', abort, { once: true });
    attempt.approvals.set(environment, (approved) => {
      before?.(approved);
      signal.removeEventListener('abort', abort);
      if (approved) resolve();
      else reject(new Error(`The deployment to ${environment} was rejected.`));
    });
  });
}

function statusOf(attempt: Attempt, jobs: AttemptState['jobs']): RunStatus {
  if (attempt.conclusion !== null) return 'completed';
  if (attempt.isPending) return 'pending';
  if (jobs.some(({ status }) => status === 'in_progress')) return 'in_progress';
  const open = jobs.filter(({ status }) => status !== 'completed');
  if (open.length > 0 && open.every(({ status }) => status === 'waiting')) return 'waiting';
  return jobs.some(({ startedAt }) => startedAt !== null) ? 'in_progress' : 'queued';
}

function conclusionOf(results: readonly JobResult[], isCancelled: boolean): Conclusion {
  const has = (wanted: JobResult['result']) => results.some(({ result }) => result === wanted);
  if (isCancelled || has('cancelled')) return has('failure') && !isCancelled ? 'failure' : 'cancelled';
  if (has('failure')) return 'failure';
  return results.length > 0 && results.every(({ result }) => result === 'skipped') ? 'skipped' : 'success';
}
