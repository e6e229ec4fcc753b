import type { Clock } from '../../clock.ts';
import type { GitHubClient } from '../../github/client.ts';
import { isOutage } from '../runs/run-errors.ts';
import type { WireRunPage } from '../runs/wire.ts';
import type { DispatchPlan } from './dispatch-plan.ts';

export interface FoundRunName {
  readonly runId: string;
  readonly url: string;
  readonly attempt: number;
}

/** GitHub's servers need not agree on the second: runs created this long before the plan are looked at too. */
const MARGIN_MS = 120_000;
const FIRST_LOOK_MS = 1_000;
const LONGEST_WAIT_MS = 8_000;
/** 50 a page: a hundred dispatches of one workflow within seconds are seen. */
const PAGES = 2;

/** Of a dispatch, what its run is found by. `plannedAt` 0: it may be of any age. */
export type SoughtRun = Pick<DispatchPlan, 'repository' | 'workflow' | 'requestId' | 'plannedAt'>;

export interface FindRunCapabilities {
  readonly github: GitHubClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * The run whose title holds the request id, looked for until it shows up or `withinMs` have passed. Never "the newest
 * run": somebody else may start one at the same moment. GitHub may fail meanwhile. With `firstLookMs` 0 it is looked for
 * at once.
 */
export async function findRun(
  { github, clock, signal }: FindRunCapabilities,
  plan: SoughtRun,
  withinMs: number,
  firstLookMs = FIRST_LOOK_MS,
): Promise<FoundRunName | undefined> {
  const until = clock.now() + withinMs;
  for (let wait = firstLookMs; ; wait = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_LOOK_MS, wait * 2))) {
    await clock.sleep(wait, signal);
    const found = await lookOnce(github, plan, signal).catch((thrown: unknown) => {
      if (!isOutage(thrown)) throw thrown;
      return undefined;
    });
    if (found) return found;
    if (clock.now() >= until) return undefined;
  }
}

async function lookOnce(
  github: GitHubClient,
  { repository, workflow, requestId, plannedAt }: SoughtRun,
  signal: AbortSignal,
): Promise<FoundRunName | undefined> {
  const created = plannedAt > 0 ? { created: `>=${new Date(plannedAt - MARGIN_MS).toISOString().slice(0, 19)}Z` } : {};
  for (let page = 1; page <= PAGES; page += 1) {
    const { data } = await github.rest<WireRunPage>({
      route: 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
      parameters: {
        owner: repository.owner,
        repo: repository.name,
        workflow_id: workflow,
        event: 'workflow_dispatch',
        per_page: 50,
        page,
        ...created,
      },
      signal,
    });
    const run = data.workflow_runs.find(({ display_title: title }) => title.split(/\s+/).includes(requestId));
    if (run) return { runId: String(run.id), url: run.html_url, attempt: run.run_attempt ?? 1 };
    if (data.workflow_runs.length < 50) return undefined;
  }
  return undefined;
}
