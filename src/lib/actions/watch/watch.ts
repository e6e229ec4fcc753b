import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import type { GitHubClient, GitHubObserver } from '../../github/client.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import { type Emit, streamEvents } from '../../progress/event-stream.ts';
import type { ProgressEvent } from '../../progress/events.ts';
import type { RunEvent, RunState } from '../../progress/runs/events.ts';
import { createJobLogs, type JobLogs } from '../logs/job-logs.ts';
import { isOutage, type RunName, runDeleted, runUnknown, watchLost, withWayBack } from '../runs/run-errors.ts';
import { MEANING, runState, type WatchedState } from '../runs/run-state.ts';
import { workflowFile } from '../runs/wire.ts';
import { pollIntervalMs } from './poll-interval.ts';
import { attemptOf, changesOf, foundEvent, localTime, startOf, type ToldRun } from './run-changes.ts';
import { createRunPoller, hasEnded, type PolledRun, type RunPoller } from './run-poll.ts';
import { countStates, failuresOf } from './run-result.ts';

/** What watching works with, passed in by the command. */
export interface WatchCapabilities {
  readonly connectGitHub: (observer: GitHubObserver) => GitHubClient;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Aborted by Ctrl-C: watching ends, the run goes on. */
  readonly signal: AbortSignal;
  /** Told each new state of the run, to remember it; a failure is told and stops nothing. */
  readonly remember: (run: WatchedState) => Promise<void>;
}

export interface WatchInputs {
  readonly repository: RepositoryName;
  readonly runId: string;
  /** Between polls, in milliseconds; adapts to the run without it. */
  readonly intervalMs?: number | undefined;
  /** Stop watching at the first job that fails. The run goes on. */
  readonly failFast: boolean;
  /** Which jobs' logs are read when they end. */
  readonly logs: 'all' | 'failed';
  /** The run was dispatched a moment ago, and GitHub may not show it yet. */
  readonly justDispatched: boolean;
}

export type WatchResult = Extract<RunEvent, { event: 'run.finished' }> & { readonly exitCode: ExitCode };

/** A dispatched run that is not shown after this long is not coming, in milliseconds. */
const APPEARS_WITHIN_MS = 30_000;
/** GitHub may be down for this long before watching gives up, in milliseconds. */
const OUTAGE_MS = 15 * 60_000;
/** Polls after the run's end that wait for its last jobs to be shown as ended. */
const LAGGING_POLLS = 3;

/**
 * Watches a run until it ends and yields what changes: its jobs, steps and logs. The result carries the exit code that
 * the end stands for. A run that is run again while it is watched is watched on, and its last attempt counts.
 *
 * @throws OperatorError `run_unknown` (exit 2), `run_deleted`, `watch_lost` (GitHub did not answer for 15 minutes), or
 *   what GitHub refuses, with the command to come back; the signal's reason when it is aborted
 */
export function watchRun(
  capabilities: WatchCapabilities,
  inputs: WatchInputs,
): AsyncGenerator<ProgressEvent, WatchResult> {
  return streamEvents(async (emit, abandoned) => {
    const signal = AbortSignal.any([capabilities.signal, abandoned]);
    const github = capabilities.connectGitHub({
      budget: (budget) => emit({ event: 'budget.updated', ...budget }),
      waitStarted: (wait) => emit({ event: 'wait.started', ...wait }),
      waitEnded: () => emit({ event: 'wait.ended' }),
    });
    const poller = createRunPoller(github, capabilities.clock, inputs.repository, inputs.runId);
    const logs = createJobLogs({ ...capabilities, github, signal }, inputs.repository, emit);
    const watch = new Watch({ ...capabilities, signal }, inputs, poller, logs, emit, github);
    return await watch.untilEnd();
  });
}

class Watch {
  readonly #capabilities: WatchCapabilities;
  readonly #inputs: WatchInputs;
  readonly #poller: RunPoller;
  readonly #logs: JobLogs;
  readonly #emit: Emit;
  readonly #github: GitHubClient;
  readonly #beganAt: number;
  #told: ToldRun | undefined;
  #lostSince: number | undefined;
  #quiet = 0;
  /** Jobs whose logs have been asked for. */
  readonly #read = new Set<string>();

  constructor(
    capabilities: WatchCapabilities,
    inputs: WatchInputs,
    poller: RunPoller,
    logs: JobLogs,
    emit: Emit,
    github: GitHubClient,
  ) {
    this.#capabilities = capabilities;
    this.#inputs = inputs;
    this.#poller = poller;
    this.#logs = logs;
    this.#emit = emit;
    this.#github = github;
    this.#beganAt = capabilities.clock.now();
  }

  async untilEnd(): Promise<WatchResult> {
    const { clock, signal } = this.#capabilities;
    for (let lagging = 0; ; ) {
      const polled = await this.#poll();
      if (polled) {
        await this.#tell(polled);
        const state = runState(polled.run.status, polled.run.conclusion);
        const failed = polled.jobs.some((job) => MEANING[runState(job.status, job.conclusion)].wrong);
        if (this.#inputs.failFast && failed) return await this.#finish(polled, state);
        if (MEANING[state].ended) {
          if (polled.jobs.every(hasEnded) || lagging >= LAGGING_POLLS) return await this.#finish(polled, state);
          lagging += 1;
        }
      }
      await clock.sleep(this.#intervalMs(polled), signal);
    }
  }

  /** Undefined while GitHub does not show the run yet, or does not answer. */
  async #poll(): Promise<PolledRun | undefined> {
    const { clock, signal } = this.#capabilities;
    try {
      const polled = await this.#poller.poll(signal);
      if (this.#lostSince !== undefined) this.#notice('info', 'GitHub answers again');
      this.#lostSince = undefined;
      if (!polled && (this.#told || !this.#mayAppear()))
        throw this.#told ? runDeleted(this.#name) : runUnknown(this.#name);
      return polled;
    } catch (thrown) {
      signal.throwIfAborted();
      if (!isOutage(thrown) || !(this.#told || this.#inputs.justDispatched)) {
        throw this.#told ? withWayBack(thrown, this.#name) : thrown;
      }
      if (this.#lostSince === undefined) {
        this.#lostSince = clock.now();
        this.#notice('warning', `GitHub does not answer (${thrown.message}); the run goes on, and so does watching`);
      } else if (clock.now() - this.#lostSince >= OUTAGE_MS) throw watchLost(this.#name, OUTAGE_MS, thrown);
      return undefined;
    }
  }

  async #tell(polled: PolledRun): Promise<void> {
    const { run, clockOffsetMs } = polled;
    if (!this.#told) {
      this.#emit(foundEvent(polled, this.#repository, this.#beganAt));
    }
    const before = this.#told;
    const { events, told } = changesOf(before, polled);
    for (const event of events) this.#emit(event);
    this.#told = told;
    this.#quiet = events.length > 0 || !before ? 0 : this.#quiet + 1;
    if (before?.state !== told.state || before.attempt !== told.attempt) await this.#remember(polled);
    const attemptBegan = localTime(run.run_started_at, clockOffsetMs) ?? Number.NEGATIVE_INFINITY;
    for (const job of polled.jobs) this.#readLog(job, attemptBegan, clockOffsetMs);
  }

  #readLog(job: PolledRun['jobs'][number], attemptBegan: number, offsetMs: number): void {
    const jobId = String(job.id);
    const state = runState(job.status, job.conclusion);
    if (!MEANING[state].ended || this.#read.has(jobId)) return;
    this.#read.add(jobId);
    const failed = MEANING[state].wrong;
    // Without a step there is no log: skipped, or cancelled before a runner took it.
    const worked = (job.steps ?? []).some((step) => step.conclusion !== 'skipped' && step.status === 'completed');
    // Of a run that is run again, jobs of the attempt before that ended well are shown once more.
    const carriedOver = (localTime(job.completed_at, offsetMs) ?? Number.POSITIVE_INFINITY) < attemptBegan;
    if (!worked || carriedOver || (this.#inputs.logs === 'failed' && !failed)) return;
    this.#logs.fetch({ jobId, name: job.name, failed });
  }

  async #remember({ run }: PolledRun): Promise<void> {
    try {
      await this.#capabilities.remember({
        runId: String(run.id),
        attempt: attemptOf(run),
        state: runState(run.status, run.conclusion),
        url: run.html_url,
        conclusion: run.conclusion,
      });
    } catch (thrown) {
      this.#notice('warning', `the state of the run could not be remembered: ${messageOf(thrown)}`);
    }
  }

  async #finish(polled: PolledRun, state: RunState): Promise<WatchResult> {
    await this.#logs.done();
    this.#capabilities.signal.throwIfAborted();
    const { run, jobs } = polled;
    const { ended } = MEANING[state];
    const finished = {
      event: 'run.finished',
      runId: String(run.id),
      repository: this.#repository,
      workflow: workflowFile(run.path),
      title: run.display_title,
      url: run.html_url,
      attempt: attemptOf(run),
      state,
      ended,
      elapsedMs: Math.max(0, this.#endOf(polled) - (startOf(polled) ?? this.#beganAt)),
      jobs: countStates(jobs),
      failures: failuresOf(jobs, this.#logs.tailOf),
      cost: this.#github.spent.rest,
      requests: this.#github.spent.requests,
    } as const;
    this.#emit(finished);
    return { ...finished, exitCode: ended ? MEANING[state].exitCode : EXIT.failed };
  }

  #endOf({ run, clockOffsetMs }: PolledRun): number {
    const now = this.#capabilities.clock.now();
    return run.status === 'completed' ? (localTime(run.updated_at, clockOffsetMs) ?? now) : now;
  }

  #intervalMs(polled: PolledRun | undefined): number {
    const fixedMs = this.#inputs.intervalMs;
    const ageMs = this.#capabilities.clock.now() - ((polled && startOf(polled)) ?? this.#beganAt);
    const ending = polled !== undefined && polled.jobs.length > 0 && polled.jobs.every(hasEnded);
    return Math.max(pollIntervalMs({ ageMs, quiet: this.#quiet, ending, fixedMs }), polled?.leastIntervalMs ?? 0);
  }

  #mayAppear(): boolean {
    return this.#inputs.justDispatched && this.#capabilities.clock.now() - this.#beganAt < APPEARS_WITHIN_MS;
  }

  #notice(level: 'info' | 'warning', message: string): void {
    this.#emit({ event: 'notice.raised', level, message });
  }

  get #name(): RunName {
    return { repository: this.#repository, runId: this.#inputs.runId };
  }

  get #repository(): string {
    const { owner, name } = this.#inputs.repository;
    return `${owner}/${name}`;
  }
}
