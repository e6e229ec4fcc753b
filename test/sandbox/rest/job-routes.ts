import type { Actions } from '../actions/actions.ts';
import { refusedFor } from '../actions/permissions.ts';
import type { JobState, WorkflowRun } from '../actions/records.ts';
import { latestAttempt } from '../actions/records.ts';
import { annotationRepresentation, jobRepresentation } from '../actions/representations.ts';
import type { SandboxRepository } from '../history/repository.ts';
import type { RequestKind } from '../request-kind.ts';
import { linkHeader, pageRequest } from './pages.ts';
import type { RestCall, RestResult, RestRoute } from './routes.ts';
import { REST_NOT_FOUND, repositoryRoute, restMessage } from './routes.ts';
import type { FoundRun } from './run-routes.ts';
import { attemptOf, runRoute } from './run-routes.ts';

interface FoundJob {
  readonly repository: SandboxRepository;
  readonly run: WorkflowRun;
  readonly job: JobState;
  readonly now: number;
}

function jobRoute(
  actions: Actions,
  path: string,
  kind: RequestKind,
  answer: (call: RestCall, found: FoundJob) => RestResult,
): readonly RestRoute[] {
  return repositoryRoute({
    method: 'GET',
    path,
    kind,
    answer: (call, repository) => {
      const refused = refusedFor(call, repository, kind === 'rest' ? 'checks' : 'actions', 'read');
      if (refused) return refused;
      const now = actions.now();
      for (const run of actions.of(repository).visibleRuns(now)) {
        for (const attempt of run.course.attempts(now)) {
          const job = attempt.jobs.find(({ id }) => String(id) === call.params['job']);
          if (job) return answer(call, { repository, run, job, now });
        }
      }
      return REST_NOT_FOUND;
    },
  });
}

function page(call: RestCall, { hosted, run }: FoundRun, jobs: readonly JobState[]): RestResult {
  const { page: number, perPage } = pageRequest(call.query);
  const rows = jobs.slice((number - 1) * perPage, number * perPage);
  const path = `/repositories/${hosted.repository.databaseId}/actions/runs/${run.id}/jobs`;
  return {
    status: 200,
    rows: rows.length,
    headers: linkHeader(call, path, number, Math.ceil(jobs.length / perPage)),
    body: {
      total_count: jobs.length,
      jobs: rows.map((job) => jobRepresentation(call.baseUrl, hosted.repository, run, job)),
    },
  };
}

/** `filter=latest` is the last attempt's jobs; `all` is every execution, each once, the latest first. */
function wantedJobs(call: RestCall, { run, now }: FoundRun): readonly JobState[] {
  if (call.query.get('filter') !== 'all') return latestAttempt(run, now).jobs;
  const all = run.course
    .attempts(now)
    .toReversed()
    .flatMap(({ jobs }) => jobs);
  return [...new Map(all.map((job) => [job.id, job])).values()];
}

/** Jobs of a run, one job, its log and its annotations. */
export function jobRoutes(actions: Actions): readonly RestRoute[] {
  return [
    ...runRoute(actions, 'GET', '/jobs', 'jobs', (call, found) => page(call, found, wantedJobs(call, found))),
    ...runRoute(actions, 'GET', '/attempts/{attempt}/jobs', 'jobs', (call, found) => {
      const attempt = attemptOf(call, found);
      return attempt ? page(call, found, attempt.jobs) : REST_NOT_FOUND;
    }),
    ...jobRoute(actions, '/actions/jobs/{job}', 'jobs', (call, { repository, run, job }) => ({
      status: 200,
      body: jobRepresentation(call.baseUrl, repository, run, job),
    })),
    ...jobRoute(actions, '/actions/jobs/{job}/logs', 'log', (_call, { run, job, now }) => {
      if (job.status !== 'completed' || run.course.log(job.id, now) === null) return restMessage(404, 'Not Found');
      return { status: 302, headers: { location: actions.links.create(() => run.course.log(job.id, actions.now())) } };
    }),
    ...jobRoute(actions, '/check-runs/{job}/annotations', 'rest', (call, { repository, job }) => {
      const { page: number, perPage } = pageRequest(call.query);
      const rows = job.annotations.slice((number - 1) * perPage, number * perPage);
      return { status: 200, rows: rows.length, body: rows.map((each) => annotationRepresentation(repository, each)) };
    }),
  ];
}
