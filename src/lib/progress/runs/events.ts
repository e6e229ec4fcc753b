/**
 * Events of a run on GitHub Actions that is watched: its jobs, their steps and their logs. Times are milliseconds since
 * the epoch on this machine's clock, whatever the difference to GitHub's.
 */

/** How a run, a job or a step stands. GitHub's pairs of status and conclusion, each pair that means something of its own. */
export type RunState =
  /** Waits for a runner. */
  | 'queued'
  /** Held back by a concurrency group. */
  | 'pending'
  /** Waits for somebody's approval of a deployment: no progress without a person. */
  | 'waiting'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'timed_out'
  /** Ended because somebody has to approve or to provide something first. */
  | 'action_required'
  /** The workflow could not be started, e.g. because its file is not valid. */
  | 'startup_failure'
  | 'neutral'
  | 'skipped'
  /** GitHub gave it up because nothing happened for 14 days. */
  | 'stale'
  /** A status or conclusion that this program does not know. */
  | 'unknown';

/** A job that did not end well, for the end of the run. */
export interface JobFailure {
  readonly jobId: string;
  readonly name: string;
  readonly state: RunState;
  readonly url: string;
  /** The first step that failed; null where none did, or none was begun. */
  readonly step: string | null;
  /** The last lines of its log, sanitised but for colours; empty where there is none. */
  readonly tail: readonly string[];
}

export type RunEvent =
  | {
      readonly event: 'run.found';
      /** A 64-bit number, as text. */
      readonly runId: string;
      /** OWNER/REPO whose Actions run it. */
      readonly repository: string;
      /** File name of the workflow. */
      readonly workflow: string;
      readonly title: string;
      readonly url: string;
      readonly branch: string | null;
      readonly sha: string;
      readonly attempt: number;
      readonly state: RunState;
      readonly startedAt: number;
    }
  /** The run has ended and has started another one, which goes on with what is left and is watched from now on. */
  | {
      readonly event: 'run.continued';
      readonly runId: string;
      readonly repository: string;
      /** The run that goes on. */
      readonly nextRunId: string;
      readonly url: string;
    }
  /** The state or the attempt of the run is another one. With a new attempt its jobs begin anew. */
  | {
      readonly event: 'run.changed';
      readonly runId: string;
      readonly attempt: number;
      readonly state: RunState;
      /** When this attempt began; null where GitHub does not tell. */
      readonly startedAt: number | null;
    }
  | {
      readonly event: 'job.changed';
      readonly jobId: string;
      readonly name: string;
      readonly state: RunState;
      readonly attempt: number;
      readonly startedAt: number | null;
      readonly finishedAt: number | null;
      readonly runner: string | null;
      readonly url: string;
    }
  | {
      readonly event: 'step.changed';
      readonly jobId: string;
      /** From 1, as GitHub counts. */
      readonly number: number;
      readonly name: string;
      readonly state: RunState;
      readonly startedAt: number | null;
      readonly finishedAt: number | null;
    }
  /** The log of a job that has ended: its last lines, sanitised but for colours, groups folded into one line each. */
  | {
      readonly event: 'log.read';
      readonly jobId: string;
      readonly name: string;
      readonly failed: boolean;
      readonly lines: readonly string[];
      /** Lines before these that are left out; `runs logs` has them. */
      readonly omitted: number;
      /** Size of the whole log. */
      readonly bytes: number;
    }
  | { readonly event: 'log.missed'; readonly jobId: string; readonly name: string; readonly reason: string }
  | {
      readonly event: 'run.finished';
      readonly runId: string;
      readonly repository: string;
      /** File name of the workflow. */
      readonly workflow: string;
      readonly title: string;
      readonly url: string;
      readonly attempt: number;
      readonly state: RunState;
      /** False where watching stopped before the run did: at the first failed job, with `--fail-fast`. */
      readonly ended: boolean;
      readonly elapsedMs: number;
      readonly jobs: Readonly<Partial<Record<RunState, number>>>;
      readonly failures: readonly JobFailure[];
      /** Requests that were charged to the budget, and all that were sent. */
      readonly cost: number;
      readonly requests: number;
    };
