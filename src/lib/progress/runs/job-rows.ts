import type { RunState } from './events.ts';
import type { JobView } from './view.ts';
import { RUN_STATE_ORDER } from './wording.ts';

/** One row of the list of jobs: a job, several jobs of one matrix, or how many there was no room for. */
export type JobRowItem =
  | { readonly kind: 'job'; readonly job: JobView }
  | { readonly kind: 'matrix'; readonly name: string; readonly jobs: readonly JobView[] }
  | { readonly kind: 'more'; readonly jobs: readonly JobView[] };

/**
 * The jobs as at most `rows` rows, failed and running ones first. Where not all fit, jobs of a matrix share a row, those
 * that failed or run only as far as they must, then the least interesting are only counted. Pure.
 */
export function jobRows(jobs: readonly JobView[], rows: number): readonly JobRowItem[] {
  if (rows <= 0) return [];
  const items = fittingRows(jobs, rows).toSorted((one, other) => interest(one) - interest(other));
  if (items.length <= rows) return items;
  return [...items.slice(0, rows - 1), { kind: 'more', jobs: items.slice(rows - 1).flatMap(jobsOf) }];
}

/** All jobs apart where they fit; else as many of those of interest as fit, and the others of each matrix together. */
function fittingRows(jobs: readonly JobView[], rows: number): readonly JobRowItem[] {
  if (jobs.length <= rows) return collapsed(jobs, new Set(jobs));
  const ofInterest = jobs
    .filter(({ state }) => isOfInterest(state))
    .toSorted((one, other) => RUN_STATE_ORDER.indexOf(one.state) - RUN_STATE_ORDER.indexOf(other.state));
  for (let apart = Math.min(ofInterest.length, rows); apart > 0; apart -= 1) {
    const items = collapsed(jobs, new Set(ofInterest.slice(0, apart)));
    if (items.length <= rows) return items;
  }
  return collapsed(jobs, new Set());
}

/** Whether a job in this state is at work, or went wrong, or waits for somebody. */
export function isOfInterest(state: RunState): boolean {
  return NEEDS_ATTENTION.has(state) || state === 'running';
}

/** All jobs that a row stands for. */
export function jobsOf(item: JobRowItem): readonly JobView[] {
  return item.kind === 'job' ? [item.job] : item.jobs;
}

const NEEDS_ATTENTION: ReadonlySet<RunState> = new Set(RUN_STATE_ORDER.slice(0, RUN_STATE_ORDER.indexOf('running')));

function collapsed(jobs: readonly JobView[], apart: ReadonlySet<JobView>): readonly JobRowItem[] {
  const items: JobRowItem[] = [];
  const groups = new Map<string, JobView[]>();
  for (const job of jobs) {
    if (apart.has(job)) {
      items.push({ kind: 'job', job });
      continue;
    }
    const name = matrixName(job.name);
    const group = groups.get(name);
    if (group) group.push(job);
    else groups.set(name, [job]);
  }
  for (const [name, group] of groups) {
    const [only] = group;
    items.push(group.length === 1 && only ? { kind: 'job', job: only } : { kind: 'matrix', name, jobs: group });
  }
  return items;
}

/** `Worker 3` and `test (ubuntu, 24)` are jobs of the matrices `Worker` and `test`. */
function matrixName(name: string): string {
  return name.replace(/\s*(?:\([^()]*\)|\d+)$/, '') || name;
}

function interest(item: JobRowItem): number {
  return Math.min(...jobsOf(item).map(({ state }) => RUN_STATE_ORDER.indexOf(state)));
}
