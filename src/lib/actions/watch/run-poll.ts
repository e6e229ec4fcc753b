import type { Clock } from '../../clock.ts';
import type { GitHubClient } from '../../github/client.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import { MEANING, runState } from '../runs/run-state.ts';
import type { WireJob, WireJobPage, WireRun } from '../runs/wire.ts';

/** Jobs a page: a page of this size still fits the conditional cache, so an unchanged one is free. */
const PAGE_SIZE = 30;
/** While jobs are under way the run itself tells little: it is asked for this often, in milliseconds. */
const RUN_EVERY_MS = 30_000;
/** Pages whose jobs have all ended are asked for again this often, in milliseconds. */
const ENDED_PAGES_EVERY_MS = 60_000;

/** A run with the jobs of its latest attempt, as GitHub shows them now. */
export interface PolledRun {
  readonly run: WireRun;
  readonly jobs: readonly WireJob[];
  /** Milliseconds to add to GitHub's times to have them on this machine's clock. */
  readonly clockOffsetMs: number;
  /** What GitHub asks for between polls, in milliseconds; 0 where it does not. */
  readonly leastIntervalMs: number;
}

interface Page {
  readonly jobs: readonly WireJob[];
  readonly polledAt: number;
}

export interface RunPoller {
  /** Asks for what may have changed. Undefined when GitHub has no such run. @throws as `GitHubClient.rest` */
  poll(signal: AbortSignal): Promise<PolledRun | undefined>;
}

/** Polls one run with as few charged requests as its state allows: unchanged answers are free (304). */
export function createRunPoller(
  github: GitHubClient,
  clock: Clock,
  { owner, name: repo }: RepositoryName,
  runId: string,
): RunPoller {
  const target = { owner, repo, run_id: runId };
  let run: WireRun | undefined;
  let runAt = Number.NEGATIVE_INFINITY;
  let clockOffsetMs: number | undefined;
  let leastIntervalMs = 0;
  let pages: Page[] = [];

  const askRun = async (signal: AbortSignal): Promise<WireRun | undefined> => {
    const answer = await github.rest<WireRun>({
      route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
      parameters: target,
      answers: [404],
      signal,
    });
    if (answer.status === 404) return undefined;
    const date = Date.parse(answer.headers['date'] ?? '');
    // Told once: measured again and again, it would move every time that is shown.
    if (clockOffsetMs === undefined && Number.isFinite(date)) clockOffsetMs = settled(clock.now() - date);
    leastIntervalMs = (Number(answer.headers['x-poll-interval']) || 0) * 1_000;
    runAt = clock.now();
    return answer.data;
  };

  const askPage = async (page: number, signal: AbortSignal): Promise<WireJobPage | undefined> => {
    const answer = await github.rest<WireJobPage>({
      route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
      parameters: { ...target, filter: 'latest', per_page: PAGE_SIZE, page },
      answers: [404],
      signal,
    });
    return answer.status === 404 ? undefined : answer.data;
  };

  /** False when the run is gone. */
  const askJobs = async (everyPage: boolean, signal: AbortSignal): Promise<boolean> => {
    for (let index = 0, count = 1; index < Math.max(count, pages.length); index += 1) {
      const known = pages[index];
      const isLast = index >= pages.length - 1;
      if (known && !isLast && !everyPage && !isDue(known, clock.now())) continue;
      const answer = await askPage(index + 1, signal);
      if (!answer) return false;
      count = Math.ceil(answer.total_count / PAGE_SIZE);
      if (count < pages.length) pages = pages.slice(0, Math.max(1, count));
      pages[index] = { jobs: answer.jobs, polledAt: clock.now() };
    }
    return true;
  };

  return {
    poll: async (signal) => {
      const asked = run === undefined || isRunDue(run, jobsOf(pages), clock.now() - runAt);
      if (asked) run = await askRun(signal);
      if (run === undefined) return undefined;
      const isShown = await askJobs(run.status === 'completed', signal);
      if (!isShown || mayHaveChanged(run, jobsOf(pages), asked)) {
        run = await askRun(signal);
        if (run === undefined) return undefined;
        // Jobs that were added last are shown with the end of their run at the latest.
        if (isShown && run.status === 'completed') await askJobs(true, signal);
      }
      return {
        run,
        jobs: jobsOf(pages),
        clockOffsetMs: clockOffsetMs ?? 0,
        leastIntervalMs,
      };
    },
  };
}

function isRunDue(run: WireRun, jobs: readonly WireJob[], sinceMs: number): boolean {
  if (run.status !== 'in_progress' || sinceMs >= RUN_EVERY_MS) return true;
  return jobs.every(hasEnded);
}

/** True when the jobs tell of an end or of another attempt before the run was asked for it: the end is told in the same poll. */
function mayHaveChanged(run: WireRun, jobs: readonly WireJob[], asked: boolean): boolean {
  if (run.status === 'completed') return false;
  const attempt = Math.max(...jobs.map((job) => job.run_attempt ?? 1), 1);
  return attempt > (run.run_attempt ?? 1) || (!asked && jobs.every(hasEnded));
}

function jobsOf(pages: readonly Page[]): readonly WireJob[] {
  return pages.flatMap(({ jobs }) => jobs);
}

function isDue(page: Page, now: number): boolean {
  return !page.jobs.every(hasEnded) || now - page.polledAt >= ENDED_PAGES_EVERY_MS;
}

/** True when nothing more happens to a job. */
export function hasEnded(job: WireJob): boolean {
  return MEANING[runState(job.status, job.conclusion)].ended;
}

/** Clocks that agree to a few seconds agree: `date` has whole seconds, and the answer took its time. */
function settled(offsetMs: number): number {
  return Math.abs(offsetMs) < 5_000 ? 0 : offsetMs;
}
