import type { Tone } from '../palette.ts';
import type { RunState } from './events.ts';

/** Each state in words that say what is to be done about it, if anything. */
export const RUN_STATE_WORDS: Readonly<Record<RunState, string>> = {
  queued: 'waiting for a runner',
  pending: 'held back by another run of its concurrency group',
  waiting: 'waiting for an approval',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  timed_out: 'timed out',
  action_required: 'needs somebody to approve or provide something',
  startup_failure: 'could not be started',
  neutral: 'ended without a verdict',
  skipped: 'skipped',
  stale: 'given up by GitHub after 14 days without progress',
  unknown: 'ended in a way that this version does not know',
};

/** The same in a word or two, for tables and counts. */
export const RUN_STATE_LABELS: Readonly<Record<RunState, string>> = {
  queued: 'queued',
  pending: 'held back',
  waiting: 'needs approval',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  timed_out: 'timed out',
  action_required: 'action required',
  startup_failure: 'not started',
  neutral: 'neutral',
  skipped: 'skipped',
  stale: 'stale',
  unknown: 'unknown',
};

export const RUN_STATE_TONES: Readonly<Record<RunState, Tone>> = {
  queued: 'faint',
  pending: 'faint',
  waiting: 'warning',
  running: 'strong',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'warning',
  timed_out: 'bad',
  action_required: 'warning',
  startup_failure: 'bad',
  neutral: 'plain',
  skipped: 'faint',
  stale: 'warning',
  unknown: 'warning',
};

/** States in the order in which people want to see them: what went wrong, what waits for somebody, what works. */
export const RUN_STATE_ORDER: readonly RunState[] = [
  'failed',
  'timed_out',
  'startup_failure',
  'action_required',
  'unknown',
  'stale',
  'cancelled',
  'waiting',
  'running',
  'queued',
  'pending',
  'succeeded',
  'neutral',
  'skipped',
];

const UNDER_WAY: ReadonlySet<RunState> = new Set(['queued', 'pending', 'waiting', 'running']);

/** Whether something may still happen by itself. */
export function isUnderWay(state: RunState): boolean {
  return UNDER_WAY.has(state);
}

/** The state as what follows `the run`: `is waiting for a runner`, `has ended (timed out)`. */
export function describeState(state: RunState): string {
  return isUnderWay(state) ? `is ${RUN_STATE_WORDS[state]}` : `has ended (${RUN_STATE_LABELS[state]})`;
}
