import type { components } from '@octokit/openapi-types';
import { isoSeconds } from '../history/records.ts';
import type { SandboxRepository } from '../history/repository.ts';
import type { HostedWorkflow } from './hosted-repository.ts';
import type { AttemptState, JobState, RunFacts } from './records.ts';

type Schemas = components['schemas'];

/** The parts of GitHub's representations that the sandbox serves, with GitHub's own names and types. */
type Actor = Pick<Schemas['simple-user'], 'login' | 'id' | 'node_id' | 'type' | 'site_admin' | 'html_url'>;
type Run = Omit<
  Schemas['workflow-run'],
  'head_commit' | 'repository' | 'head_repository' | 'actor' | 'triggering_actor' | 'pull_requests'
> & {
  readonly actor: Actor;
  readonly triggering_actor: Actor;
  readonly pull_requests: readonly never[];
  readonly head_commit: { readonly id: string };
  readonly repository: Pick<Schemas['minimal-repository'], 'id' | 'name' | 'full_name' | 'private' | 'html_url'>;
};

const time = (ms: number): string => isoSeconds(Math.floor(ms / 1000));
const timeOrNull = (ms: number | null): string | null => (ms === null ? null : time(ms));

function actorOf(login: string): Actor {
  const isBot = login.endsWith('[bot]');
  return {
    login,
    id: isBot ? 41_898_282 : 1_000,
    node_id: `U_${login}`,
    type: isBot ? 'Bot' : 'User',
    site_admin: false,
    html_url: `https://github.com/${login}`,
  };
}

export function runUrls(baseUrl: string, repository: SandboxRepository, id: number) {
  return {
    api: `${baseUrl}/repos/${repository.nameWithOwner}/actions/runs/${id}`,
    html: `${repository.url}/actions/runs/${id}`,
  };
}

export function runRepresentation(
  baseUrl: string,
  repository: SandboxRepository,
  run: RunFacts,
  attempt: AttemptState,
): Run {
  const { api, html } = runUrls(baseUrl, repository, run.id);
  const apiRepository = `${baseUrl}/repos/${repository.nameWithOwner}`;
  return {
    id: run.id,
    name: run.workflowName,
    node_id: `WFR_${run.id}`,
    check_suite_id: run.id + 7,
    check_suite_node_id: `CS_${run.id + 7}`,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflowPath,
    display_title: run.displayTitle,
    run_number: run.number,
    run_attempt: attempt.number,
    referenced_workflows: [],
    event: run.event,
    status: attempt.status,
    conclusion: attempt.conclusion,
    workflow_id: run.workflowId,
    url: api,
    html_url: html,
    pull_requests: [],
    created_at: time(run.createdAt),
    updated_at: time(attempt.updatedAt),
    run_started_at: time(attempt.startedAt),
    actor: actorOf(run.actor),
    triggering_actor: actorOf(attempt.actor),
    jobs_url: `${api}/jobs`,
    logs_url: `${api}/logs`,
    check_suite_url: `${apiRepository}/check-suites/${run.id + 7}`,
    artifacts_url: `${api}/artifacts`,
    cancel_url: `${api}/cancel`,
    rerun_url: `${api}/rerun`,
    previous_attempt_url: attempt.number > 1 ? `${api}/attempts/${attempt.number - 1}` : null,
    workflow_url: `${apiRepository}/actions/workflows/${run.workflowId}`,
    head_commit: { id: run.headSha },
    head_repository_id: repository.databaseId,
    repository: {
      id: repository.databaseId,
      name: repository.name,
      full_name: repository.nameWithOwner,
      private: repository.isPrivate,
      html_url: repository.url,
    },
  };
}

export function jobRepresentation(
  baseUrl: string,
  repository: SandboxRepository,
  run: RunFacts,
  job: JobState,
): Schemas['job'] {
  const { api, html } = runUrls(baseUrl, repository, run.id);
  const apiRepository = `${baseUrl}/repos/${repository.nameWithOwner}`;
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.workflowName,
    head_branch: run.headBranch,
    run_url: api,
    run_attempt: job.attempt,
    node_id: `CR_${job.id}`,
    head_sha: run.headSha,
    url: `${apiRepository}/actions/jobs/${job.id}`,
    html_url: `${html}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: time(job.createdAt),
    started_at: time(job.startedAt ?? job.createdAt),
    completed_at: timeOrNull(job.completedAt),
    name: job.name,
    steps: job.steps.map((step) => ({
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      number: step.number,
      started_at: timeOrNull(step.startedAt),
      completed_at: timeOrNull(step.completedAt),
    })),
    check_run_url: `${apiRepository}/check-runs/${job.id}`,
    labels: [...job.labels],
    runner_id: job.runnerName === null ? null : job.id % 1_000,
    runner_name: job.runnerName,
    runner_group_id: job.runnerName === null ? null : 0,
    runner_group_name: job.runnerName === null ? null : 'GitHub Actions',
  };
}

export function workflowRepresentation(
  baseUrl: string,
  repository: SandboxRepository,
  workflow: HostedWorkflow,
): Schemas['workflow'] {
  return {
    id: workflow.id,
    node_id: `W_${workflow.id}`,
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: time(workflow.createdAt),
    updated_at: time(workflow.updatedAt),
    url: `${baseUrl}/repos/${repository.nameWithOwner}/actions/workflows/${workflow.id}`,
    html_url: `${repository.url}/blob/main/${workflow.path}`,
    badge_url: `${repository.url}/actions/${workflow.path}/badge.svg`,
  };
}

export function annotationRepresentation(
  repository: SandboxRepository,
  annotation: JobState['annotations'][number],
): Schemas['check-annotation'] {
  return {
    path: annotation.path,
    start_line: annotation.line,
    end_line: annotation.line,
    start_column: null,
    end_column: null,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: null,
    blob_href: `${repository.url}/blob/main/${annotation.path}`,
  };
}
