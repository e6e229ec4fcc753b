import { formatClockTime, formatDuration } from '../../progress/format.ts';
import { RUN_STATE_LABELS } from '../../progress/runs/wording.ts';
import { sanitize } from '../../progress/sanitize.ts';
import type { ListedRun } from './run-list.ts';
import { MEANING } from './run-state.ts';

/** Runs as lines with columns: number, state, title, when it began and how long it took, or takes so far. */
export function runTable(runs: readonly ListedRun[], now: number): readonly string[] {
  const rows = runs.map((run) => {
    const attempt = run.attempt > 1 ? `, attempt ${run.attempt}` : '';
    const created = Date.parse(run.createdAt);
    const end = MEANING[run.state].ended ? Date.parse(run.updatedAt) : now;
    return {
      cells: [run.runId, `${RUN_STATE_LABELS[run.state]}${attempt}`, sanitize(run.title)],
      when: `${formatClockTime(created, now)}, ${formatDuration(end - created)}`,
    };
  });
  const widthOf = (column: number): number => Math.max(...rows.map(({ cells }) => cells[column]?.length ?? 0));
  return rows.map(({ cells, when }) => [...cells.map((cell, column) => cell.padEnd(widthOf(column))), when].join('  '));
}
