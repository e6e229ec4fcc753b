import { EXIT, type ExitCode } from '../../exit-codes.ts';
import type { RunState } from '../../progress/runs/events.ts';
import type { JobStatus } from '../../store/jobs.ts';

/** How a watched run stands, to be remembered. */
export interface WatchedState {
  readonly runId: string;
  readonly attempt: number;
  readonly state: RunState;
  readonly url: string;
  /** GitHub's own word; null while the run has not ended. */
  readonly conclusion: string | null;
}

interface Meaning {
  /** Nothing more happens by itself, unless somebody runs it again. */
  readonly ended: boolean;
  /** What watching a run that ends like this exits with. */
  readonly exitCode: ExitCode;
  /** What the store remembers of a run in this state. */
  readonly stored: JobStatus;
  /** Whether a job in this state belongs on the list of what went wrong. */
  readonly wrong: boolean;
}

const under = (stored: JobStatus): Meaning => ({ ended: false, exitCode: EXIT.notFinished, stored, wrong: false });
const good: Meaning = { ended: true, exitCode: EXIT.done, stored: 'completed', wrong: false };
const bad: Meaning = { ended: true, exitCode: EXIT.failed, stored: 'failed', wrong: true };

/**
 * The one table of what each state means. Neutral and skipped pass, as they do for GitHub's own required checks; all
 * other ends but success fail. `action_required` needs somebody with the permission, so it exits as a lack of it.
 */
export const MEANING: Readonly<Record<RunState, Meaning>> = {
  queued: under('dispatched'),
  pending: under('dispatched'),
  waiting: under('dispatched'),
  running: under('running'),
  succeeded: good,
  neutral: good,
  skipped: good,
  failed: bad,
  timed_out: bad,
  startup_failure: bad,
  stale: bad,
  unknown: bad,
  action_required: { ...bad, exitCode: EXIT.auth },
  cancelled: { ...bad, stored: 'cancelled' },
};

/** GitHub's words before the end: schema `workflow-run.status` of its OpenAPI description. */
const STATUSES: Readonly<Record<string, RunState>> = {
  requested: 'queued',
  queued: 'queued',
  pending: 'pending',
  waiting: 'waiting',
  in_progress: 'running',
};

/** GitHub's words for ends: schema `workflow-run.conclusion`. */
const CONCLUSIONS: Readonly<Record<string, RunState>> = {
  success: 'succeeded',
  failure: 'failed',
  cancelled: 'cancelled',
  timed_out: 'timed_out',
  action_required: 'action_required',
  startup_failure: 'startup_failure',
  neutral: 'neutral',
  skipped: 'skipped',
  stale: 'stale',
};

/**
 * The state that GitHub's status and conclusion stand for. Words that nobody knows yet: a status counts as under way, as
 * only `completed` ends anything; a conclusion is `unknown`, which fails.
 */
export function runState(status: string | null, conclusion: string | null): RunState {
  if (status !== 'completed') return lookUp(STATUSES, status ?? 'queued') ?? 'running';
  return lookUp(CONCLUSIONS, conclusion ?? '') ?? 'unknown';
}

function lookUp(words: Readonly<Record<string, RunState>>, word: string): RunState | undefined {
  return Object.hasOwn(words, word) ? words[word] : undefined;
}
