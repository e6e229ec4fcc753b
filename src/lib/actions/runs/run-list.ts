import type { GitHubClient } from '../../github/client.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import type { RunState } from '../../progress/runs/events.ts';
import { PIPELINES } from '../catalogue/catalogue.ts';
import { runState } from './run-state.ts';
import { type WireJob, type WireJobPage, type WireRun, type WireRunPage, workflowFile } from './wire.ts';

export interface ListedRun {
  readonly runId: string;
  readonly workflow: string;
  readonly title: string;
  readonly state: RunState;
  readonly attempt: number;
  readonly event: string;
  readonly branch: string | null;
  readonly url: string;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/**
 * The newest runs of the catalogue's workflows, newest first; a workflow that is not installed has none. Each workflow
 * is asked for by itself: the listing of all runs of a repository is slow on large ones.
 *
 * @throws OperatorError `repository_not_found`, exit 2; and as `GitHubClient.rest`
 */
export async function listRuns(
  github: GitHubClient,
  { owner, name }: RepositoryName,
  limit: number,
  signal: AbortSignal,
): Promise<readonly ListedRun[]> {
  const pages = await Promise.all(
    PIPELINES.map(async ({ workflows: [workflow] }) => {
      const answer = await github.rest<WireRunPage>({
        route: 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
        parameters: { owner, repo: name, workflow_id: workflow, per_page: limit },
        answers: [404],
        signal,
      });
      return answer.status === 404 ? undefined : answer.data.workflow_runs;
    }),
  );
  // No workflow there, or no such repository: its own address tells.
  if (pages.every((page) => page === undefined))
    await github.rest({ route: 'GET /repos/{owner}/{repo}', parameters: { owner, repo: name }, signal });
  return pages
    .filter((page) => page !== undefined)
    .flat()
    .map(listed)
    .sort((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt))
    .slice(0, limit);
}

/** All jobs of a run's latest attempt; undefined where there is no such run. */
export async function listJobs(
  github: GitHubClient,
  { owner, name }: RepositoryName,
  runId: string,
  signal: AbortSignal,
): Promise<readonly WireJob[] | undefined> {
  const jobs: WireJob[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await github.rest<WireJobPage>({
      route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
      parameters: { owner, repo: name, run_id: runId, filter: 'latest', per_page: 100, page },
      answers: [404],
      signal,
    });
    if (answer.status === 404) return undefined;
    jobs.push(...answer.data.jobs);
    if (answer.data.jobs.length === 0 || jobs.length >= answer.data.total_count) return jobs;
  }
}

function listed(run: WireRun): ListedRun {
  return {
    runId: String(run.id),
    workflow: workflowFile(run.path),
    title: run.display_title,
    state: runState(run.status, run.conclusion),
    attempt: run.run_attempt ?? 1,
    event: run.event,
    branch: run.head_branch,
    url: run.html_url,
    createdAt: run.created_at,
    updatedAt: run.updated_at,
  };
}
