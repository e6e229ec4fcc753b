import { messageOf } from '../../../../src/lib/errors.ts';
import type { JobDocument, NodeMap } from '../workflow/document.ts';
import { needsOf } from '../workflow/document.ts';
import type { StatusAnswers } from '../workflow/expressions.ts';
import { holds, isTruthy, resolve, textOf } from '../workflow/expressions.ts';
import { callWorkflow, together } from './called-workflow.ts';
import { grantedPermissions } from './job-permissions.ts';
import { jobName, runLeg } from './leg-execution.ts';
import { LiveJob } from './live-job.ts';
import type { Leg, Legs } from './matrix-legs.ts';
import { legsOf } from './matrix-legs.ts';
import { RunnerPool } from './runner-pool.ts';
import type { JobResult, WorkflowScope } from './workflow-scope.ts';

/** Runs the jobs of a workflow, each as soon as what it needs is over. Never rejects for what a job does. */
export class WorkflowExecution {
  readonly #scope: WorkflowScope;
  readonly #results = new Map<string, Promise<JobResult>>();

  constructor(scope: WorkflowScope) {
    this.#scope = scope;
  }

  /** @returns how every job ended, by its id. */
  async run(): Promise<ReadonlyMap<string, JobResult>> {
    const ids = Object.keys(this.#scope.document.jobs);
    const ended = await Promise.all(ids.map(async (id) => [id, await this.#job(id)] as const));
    return new Map(ended);
  }

  #job(id: string): Promise<JobResult> {
    const known = this.#results.get(id);
    if (known) return known;
    const started = this.#start(id);
    this.#results.set(id, started);
    return started;
  }

  /** Every job that comes before it, near or far: status functions look at all of them. */
  #ancestors(id: string): readonly string[] {
    const direct = needsOf(this.#scope.document.jobs[id] ?? {});
    return [...new Set(direct.flatMap((each) => [each, ...this.#ancestors(each)]))];
  }

  async #start(id: string): Promise<JobResult> {
    const { document, attempt, github, inputs, vars } = this.#scope;
    const job = document.jobs[id] ?? {};
    const ancestors = await Promise.all(
      this.#ancestors(id).map(async (each) => [each, await this.#job(each)] as const),
    );
    const results = new Map(ancestors);
    const needs = Object.fromEntries(
      needsOf(job).map((each) => {
        const { result = 'skipped', outputs = {} } = results.get(each) ?? {};
        return [each, { result, outputs }];
      }),
    );
    const contexts = { github, needs, vars, inputs };
    const of = (wanted: JobResult['result']) => ancestors.some(([, { result }]) => result === wanted);
    const status: StatusAnswers = {
      success: () => !attempt.cancelled.aborted && ancestors.every(([, { result }]) => result === 'success'),
      failure: () => of('failure'),
      cancelled: () => attempt.cancelled.aborted,
    };
    const isRepeated = ancestors.some(([, each]) => each.isRepeated);
    try {
      if (attempt.forced.aborted || !holds(job.if, { contexts, status })) return this.#skip(id, job, contexts);
      if (job.uses !== undefined) return await this.#calls(id, job, contexts);
      return await this.#legs(id, job, contexts, isRepeated);
    } catch (thrown) {
      return this.#broken(id, job, contexts, messageOf(thrown));
    }
  }

  #placeholder(id: string, job: JobDocument, contexts: NodeMap, leg: Leg | null = null): LiveJob {
    const { attempt, prefix } = this.#scope;
    const { house, number } = attempt;
    const name = jobName(this.#scope, id, job, leg, contexts);
    const made = new LiveJob(house.clock, { id: house.nextJobId(), name, key: `${prefix}${id}`, attempt: number }, []);
    attempt.add(made);
    return made;
  }

  #skip(id: string, job: JobDocument, contexts: NodeMap): JobResult {
    this.#placeholder(id, job, contexts).end('skipped');
    return { result: 'skipped', outputs: {}, isRepeated: true };
  }

  #broken(id: string, job: JobDocument, contexts: NodeMap, reason: string, leg: Leg | null = null): JobResult {
    this.#placeholder(id, job, contexts, leg).fail(reason);
    return { result: 'failure', outputs: {}, isRepeated: true };
  }

  /** Calls a workflow, once for each combination of a matrix. */
  async #calls(id: string, job: JobDocument, contexts: NodeMap): Promise<JobResult> {
    const { all, failFast, maxParallel } = legsOf(job, { contexts });
    if (failFast && all.length > 1)
      throw new Error('The sandbox cannot cancel the called workflows of a matrix: set fail-fast to false');
    const turns = new RunnerPool(maxParallel);
    const callOne = async (leg: Leg): Promise<JobResult> => {
      const release = await turns.acquire(this.#scope.attempt.forced);
      const own = leg.matrix === null ? contexts : { ...contexts, strategy: leg.strategy, matrix: leg.matrix };
      try {
        return await callWorkflow(this.#scope, { id, job, leg }, own, (called) => new WorkflowExecution(called).run());
      } catch (thrown) {
        return this.#broken(id, job, own, messageOf(thrown), leg);
      } finally {
        release();
      }
    };
    return together(await Promise.all(all.map(callOne)));
  }

  async #legs(id: string, job: JobDocument, contexts: NodeMap, isRepeated: boolean): Promise<JobResult> {
    const { attempt, prefix, document, most } = this.#scope;
    const legs = legsOf(job, { contexts });
    const permissions = grantedPermissions(
      job.permissions,
      document.permissions,
      attempt.hosted.settings.defaultPermissions ?? 'read',
      most,
    );
    const failFast = new AbortController();
    // A job that starts although the run is cancelled can only be ended by force.
    const ended = attempt.cancelled.aborted ? attempt.forced : attempt.cancelled;
    const cancelled = AbortSignal.any([ended, failFast.signal]);
    const turns = new RunnerPool(legs.maxParallel);
    let hasRun = false;
    const runOne = async (
      leg: Legs['all'][number],
    ): Promise<{ readonly job: LiveJob; readonly isForgiven: boolean }> => {
      const key = `${prefix}${id}[${leg.index}]`;
      const kept = isRepeated ? null : attempt.kept(key);
      const own = { ...contexts, strategy: leg.strategy, matrix: leg.matrix };
      const isForgiven = isTruthy(resolve(job['continue-on-error'] ?? false, { contexts: own }));
      if (kept) {
        attempt.add(kept);
        return { job: kept, isForgiven };
      }
      hasRun = true;
      // Not before its turn, so that the jobs of a matrix beyond `max-parallel` wait without holding a machine.
      const release = await turns.acquire(attempt.forced).catch(() => () => {});
      try {
        const finished = await runLeg(this.#scope, {
          id,
          key,
          document: job,
          leg,
          contexts: own,
          permissions,
          cancelled,
        });
        if (finished.conclusion === 'failure' && legs.failFast && !isForgiven) failFast.abort();
        return { job: finished, isForgiven };
      } finally {
        release();
      }
    };
    const legsEnded = await Promise.all(legs.all.map(runOne));
    return { result: overall(legsEnded), outputs: outputsOf(legsEnded.map((each) => each.job)), isRepeated: hasRun };
  }
}

function overall(ended: readonly { readonly job: LiveJob; readonly isForgiven: boolean }[]): JobResult['result'] {
  const conclusions = ended.map(({ job, isForgiven }) =>
    isForgiven && job.conclusion === 'failure' ? 'success' : job.conclusion,
  );
  if (conclusions.includes('failure')) return 'failure';
  if (conclusions.includes('cancelled')) return 'cancelled';
  return conclusions.length > 0 && conclusions.every((each) => each === 'skipped') ? 'skipped' : 'success';
}

/** Outputs of a matrix are put together; of two jobs that set the same one, whichever ended last. */
function outputsOf(jobs: readonly LiveJob[]): Readonly<Record<string, string>> {
  const inOrder = [...jobs].sort((one, other) => one.changedAt - other.changedAt);
  const outputs: Record<string, string> = {};
  for (const job of inOrder)
    for (const [name, value] of Object.entries(job.outputs))
      if (value !== '' || !(name in outputs)) outputs[name] = textOf(value);
  return outputs;
}
