import { z } from 'zod';
import type { Actions } from '../actions/actions.ts';
import type { HostedRepository } from '../actions/hosted-repository.ts';
import { refusedFor } from '../actions/permissions.ts';
import type { AttemptState, WorkflowRun } from '../actions/records.ts';
import { latestAttempt } from '../actions/records.ts';
import { runRepresentation } from '../actions/representations.ts';
import { createdWithin } from '../actions/run-filter.ts';
import type { RequestKind } from '../request-kind.ts';
import { linkHeader, pageRequest } from './pages.ts';
import type { RestCall, RestResult, RestRoute } from './routes.ts';
import { REST_NOT_FOUND, repositoryRoute, restMessage } from './routes.ts';

export interface FoundRun {
  readonly hosted: HostedRepository;
  readonly run: WorkflowRun;
  readonly now: number;
}

/** A route below a run that exists. */
export function runRoute(
  actions: Actions,
  method: string,
  path: string,
  kind: RequestKind,
  answer: (call: RestCall, found: FoundRun) => RestResult,
): readonly RestRoute[] {
  return repositoryRoute({
    method,
    path: `/actions/runs/{run}${path}`,
    kind,
    answer: (call, repository) => {
      const refused = refusedFor(call, repository, 'actions', method === 'GET' ? 'read' : 'write');
      if (refused) return refused;
      const hosted = actions.of(repository);
      const now = actions.now();
      const run = hosted.visibleRuns(now).find(({ id }) => String(id) === call.params['run']);
      return run ? answer(call, { hosted, run, now }) : REST_NOT_FOUND;
    },
  });
}

/** The attempt of the path; null when there was none with that number. */
export function attemptOf(call: RestCall, { run, now }: FoundRun): AttemptState | null {
  return run.course.attempts(now).find(({ number }) => String(number) === call.params['attempt']) ?? null;
}

function isWanted(call: RestCall, run: WorkflowRun, now: number): boolean {
  const equals = (name: string, value: string) => (call.query.get(name) ?? value) === value;
  const { status, conclusion } = latestAttempt(run, now);
  const asked = call.query.get('status');
  if (asked !== null && asked !== status && asked !== conclusion) return false;
  const created = call.query.get('created');
  if (created !== null && !createdWithin(created, run.createdAt)) return false;
  return (
    equals('event', run.event) &&
    equals('branch', run.headBranch) &&
    equals('actor', run.actor) &&
    equals('head_sha', run.headSha)
  );
}

function list(
  actions: Actions,
  call: RestCall,
  hosted: HostedRepository,
  only?: (run: WorkflowRun) => boolean,
): RestResult {
  const { repository } = hosted;
  const now = actions.now();
  const listed = hosted
    .visibleRuns(now)
    .filter((run) => now >= run.createdAt + actions.listDelayMs && (only?.(run) ?? true) && isWanted(call, run, now));
  const { page, perPage } = pageRequest(call.query);
  const rows = listed.slice((page - 1) * perPage, page * perPage);
  const path = `/repositories/${repository.databaseId}/actions/runs`;
  return {
    status: 200,
    rows: rows.length,
    headers: linkHeader(call, path, page, Math.ceil(listed.length / perPage)),
    body: {
      total_count: listed.length,
      workflow_runs: rows.map((run) => runRepresentation(call.baseUrl, repository, run, latestAttempt(run, now))),
    },
  };
}

const reviewBody = z.object({
  environment_ids: z.array(z.number()),
  state: z.enum(['approved', 'rejected']),
  comment: z.string(),
});

/** Listing, reading, cancelling, repeating, deleting and approving runs. */
export function runRoutes(actions: Actions): readonly RestRoute[] {
  const shown = (call: RestCall, { hosted, run }: FoundRun, attempt: AttemptState): RestResult => ({
    status: 200,
    body: runRepresentation(call.baseUrl, hosted.repository, run, attempt),
  });
  const control = (path: string, answer: (call: RestCall, found: FoundRun) => RestResult) =>
    runRoute(actions, 'POST', path, 'run-control', answer);
  const cancel =
    (force: boolean) =>
    (_call: RestCall, { run, now }: FoundRun) =>
      run.course.cancel(now, force)
        ? { status: 202, body: {} }
        : restMessage(409, 'Cannot cancel a workflow run that is completed.');
  const rerun =
    (failedOnly: boolean) =>
    (call: RestCall, { run, now }: FoundRun) =>
      run.course.rerun(now, { actor: call.token.login, failedOnly })
        ? { status: 201, body: {} }
        : restMessage(403, 'This workflow is already running');
  return [
    ...repositoryRoute({
      method: 'GET',
      path: '/actions/runs',
      kind: 'runs',
      answer: (call, repository) =>
        refusedFor(call, repository, 'actions', 'read') ?? list(actions, call, actions.of(repository)),
    }),
    ...repositoryRoute({
      method: 'GET',
      path: '/actions/workflows/{workflow}/runs',
      kind: 'runs',
      answer: (call, repository) => {
        const hosted = actions.of(repository);
        const workflow = hosted.workflow(call.params['workflow'] ?? '');
        if (!workflow) return REST_NOT_FOUND;
        const refused = refusedFor(call, repository, 'actions', 'read');
        return refused ?? list(actions, call, hosted, (run) => run.workflowPath === workflow.path);
      },
    }),
    ...runRoute(actions, 'GET', '', 'run', (call, found) => shown(call, found, latestAttempt(found.run, found.now))),
    ...runRoute(actions, 'GET', '/attempts/{attempt}', 'run', (call, found) => {
      const attempt = attemptOf(call, found);
      return attempt ? shown(call, found, attempt) : REST_NOT_FOUND;
    }),
    ...control('/cancel', cancel(false)),
    ...control('/force-cancel', cancel(true)),
    ...control('/rerun', rerun(false)),
    ...control('/rerun-failed-jobs', rerun(true)),
    ...runRoute(actions, 'DELETE', '', 'run-control', (_call, { hosted, run, now }) => {
      if (latestAttempt(run, now).status !== 'completed')
        return restMessage(403, 'Could not delete the workflow run: it is not completed.');
      hosted.runs.splice(hosted.runs.indexOf(run), 1);
      return { status: 204 };
    }),
    ...runRoute(actions, 'GET', '/pending_deployments', 'run', (_call, { hosted, run, now }) => ({
      status: 200,
      body: run.course.waitingFor(now).map((name) => ({
        environment: { id: hosted.environmentId(name), name },
        wait_timer: 0,
        wait_timer_started_at: null,
        current_user_can_approve: true,
        reviewers: [],
      })),
    })),
    ...control('/pending_deployments', (call, { hosted, run, now }) => {
      const parsed = reviewBody.safeParse(call.body);
      if (!parsed.success) return restMessage(422, `Invalid request.\n\n${z.prettifyError(parsed.error)}`);
      const { environment_ids: ids, state } = parsed.data;
      const names = run.course.waitingFor(now).filter((name) => ids.includes(hosted.environmentId(name)));
      if (names.length === 0) return restMessage(422, 'There are no pending deployment requests to approve or reject');
      for (const name of names) run.course.review(now, name, state === 'approved');
      return { status: 200, body: names.map((name) => ({ environment: name })) };
    }),
  ];
}
