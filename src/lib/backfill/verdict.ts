import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { BackfillOutcome } from '../progress/events.ts';

/** The exit code of a run, by how it ended. */
export const OUTCOME_EXIT_CODES: Readonly<Record<BackfillOutcome, ExitCode>> = {
  completed: EXIT.done,
  completed_with_gaps: EXIT.partial,
  paused: EXIT.notFinished,
  cancelled: EXIT.notFinished,
  stopped: EXIT.notFinished,
  planned: EXIT.done,
  failed: EXIT.failed,
  interrupted: EXIT.interrupted,
};

/** As `OUTCOME_EXIT_CODES`, with a rate limit's pause told from a user's. */
export function exitCodeOf(end: { readonly outcome: BackfillOutcome; readonly pauseReason?: string }): ExitCode {
  return end.outcome === 'paused' && end.pauseReason === 'rate_limit'
    ? EXIT.rateLimited
    : OUTCOME_EXIT_CODES[end.outcome];
}

/** What to type next after a run, if anything. `resume` is the command that was typed, without what must not be repeated. */
export function nextCommands(
  end: { readonly outcome: BackfillOutcome; readonly pauseReason?: string; readonly repository: string },
  resume: string,
): readonly string[] {
  switch (end.outcome) {
    case 'completed':
    case 'planned':
      return [];
    case 'completed_with_gaps':
      return [`capture-cli backfill recover ${end.repository}`, `capture-cli backfill verify ${end.repository}`];
    case 'paused':
      return [end.pauseReason === 'user' ? `capture-cli backfill resume ${end.repository}` : resume];
    case 'stopped':
    case 'interrupted':
    case 'failed':
    case 'cancelled':
      return [resume];
  }
}
