import { formatClockTime, formatDuration } from '../../progress/format.ts';
import { RUN_STATE_WORDS } from '../../progress/runs/wording.ts';
import { sanitize } from '../../progress/sanitize.ts';
import type { ListedRun } from './run-list.ts';
import { MEANING } from './run-state.ts';

/** A run in one line: number, state in words, title, when it began and how long it took. */
export function runLine(run: ListedRun, now: number): string {
  const created = Date.parse(run.createdAt);
  const end = MEANING[run.state].ended ? Date.parse(run.updatedAt) : now;
  const attempt = run.attempt > 1 ? `, attempt ${run.attempt}` : '';
  const took = formatDuration(end - created);
  return `${run.runId}  ${RUN_STATE_WORDS[run.state]}${attempt}  ${sanitize(run.title)}  ${formatClockTime(created, now)}, ${took}`;
}
