import type { StatusRow } from '../store/backfill-rows.ts';

/** Runs of a workflow that may follow each other without anybody asking for them. */
export const MAX_GENERATIONS = 200;

export type Continuation =
  | { readonly decision: 'finished' }
  | { readonly decision: 'continue'; readonly generation: number }
  /** Work is left, but another run would not help, or would only repeat this one. */
  | { readonly decision: 'halt'; readonly reason: 'paused' | 'rate_limit' | 'no_progress' | 'too_many_generations' };

/**
 * Whether a run of the workflow that ends now is followed by another one. Guards against loops: a run whose workers stored nothing
 * is not repeated, and a chain of runs has an end.
 *
 * @param generation how many runs this one continues
 * @param recentRecords pull requests that this run's workers captured
 */
export function decideContinuation(standing: StatusRow, generation: number, recentRecords: number): Continuation {
  if (standing.status === 'paused') {
    return { decision: 'halt', reason: standing.pause_reason === 'rate_limit' ? 'rate_limit' : 'paused' };
  }
  if (standing.status !== 'active') {
    return { decision: 'finished' };
  }
  if (generation + 1 >= MAX_GENERATIONS) {
    return { decision: 'halt', reason: 'too_many_generations' };
  }
  return recentRecords > 0
    ? { decision: 'continue', generation: generation + 1 }
    : { decision: 'halt', reason: 'no_progress' };
}
