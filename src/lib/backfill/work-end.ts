import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import type { BackfillOutcome, Gap } from '../progress/events.ts';
import type { BackfillProgress } from '../store/backfill-rows.ts';

/** Where a run stopped working. */
export interface WorkEnd {
  readonly outcome: Extract<
    BackfillOutcome,
    'completed' | 'completed_with_gaps' | 'paused' | 'cancelled' | 'stopped' | 'planned'
  >;
  readonly gaps: readonly Gap[];
  readonly resumeAfter?: number;
  readonly pauseReason?: string;
}

/** The end of a run whose backfill is active no more, by what became of that. */
export function stoppedBy(
  standing: Pick<BackfillProgress, 'status'> & {
    readonly pause_reason: string | null;
    readonly resume_after: string | null;
  },
): WorkEnd {
  const { status, pause_reason: pauseReason, resume_after: resumeAfter } = standing;
  switch (status) {
    case 'completed':
    case 'completed_with_gaps':
      return { outcome: status, gaps: [] };
    case 'paused':
      return {
        outcome: 'paused',
        gaps: [],
        ...(pauseReason ? { pauseReason } : {}),
        ...(resumeAfter ? { resumeAfter: Date.parse(resumeAfter) } : {}),
      };
    case 'cancelled':
      return { outcome: 'cancelled', gaps: [], ...(pauseReason ? { pauseReason } : {}) };
    case 'active':
    case 'failed':
      throw new OperatorError('The backfill was ended by another process', {
        code: 'backfill_failed',
        exitCode: EXIT.failed,
      });
  }
}
