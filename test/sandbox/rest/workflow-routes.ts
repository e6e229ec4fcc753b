import { z } from 'zod';
import type { Actions } from '../actions/actions.ts';
import type { HostedRepository, HostedWorkflow } from '../actions/hosted-repository.ts';
import { refusedFor } from '../actions/permissions.ts';
import { runUrls, workflowRepresentation } from '../actions/representations.ts';
import type { NodeMap } from '../actions/workflow/document.ts';
import { WorkflowInvalid } from '../actions/workflow/document.ts';
import { InputsRefused } from '../actions/workflow/inputs.ts';
import { pageRequest } from './pages.ts';
import type { RestCall, RestResult, RestRoute } from './routes.ts';
import { REST_NOT_FOUND, repositoryRoute, restMessage } from './routes.ts';

const dispatchBody = z.strictObject({
  ref: z.string(),
  inputs: z.record(z.string(), z.json()).default({}),
  return_run_details: z.boolean().default(false),
});

/** A route below a workflow that is on the default branch. */
function workflowRoute(
  actions: Actions,
  method: string,
  path: string,
  level: 'read' | 'write',
  kind: 'workflow' | 'dispatch',
  answer: (call: RestCall, hosted: HostedRepository, workflow: HostedWorkflow) => RestResult,
): readonly RestRoute[] {
  return repositoryRoute({
    method,
    path: `/actions/workflows/{workflow}${path}`,
    kind,
    answer: (call, repository) => {
      const refused = refusedFor(call, repository, 'actions', level);
      if (refused) return refused;
      const hosted = actions.of(repository);
      const workflow = hosted.workflow(call.params['workflow'] ?? '');
      return workflow ? answer(call, hosted, workflow) : REST_NOT_FOUND;
    },
  });
}

function dispatch(actions: Actions, call: RestCall, hosted: HostedRepository, workflow: HostedWorkflow): RestResult {
  const { repository } = hosted;
  const asksDetails = typeof call.body === 'object' && call.body !== null && 'return_run_details' in call.body;
  if (asksDetails && actions.dispatchMode === 'enterprise')
    return restMessage(400, 'Invalid request.\n\n"return_run_details" is not a permitted key.');
  const parsed = dispatchBody.safeParse(call.body);
  if (!parsed.success) return restMessage(422, `Invalid request.\n\n${z.prettifyError(parsed.error)}`);
  const { ref, inputs, return_run_details: wantsDetails } = parsed.data;
  if (!hosted.files.at(ref)) return restMessage(422, `No ref found for: ${ref}`);
  if (workflow.state !== 'active')
    return restMessage(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  try {
    const trigger = { event: 'workflow_dispatch', ref, actor: call.token.login, inputs: inputs as NodeMap };
    const run = actions.start(hosted, workflow.path, trigger);
    if (!wantsDetails || actions.dispatchMode !== 'details') return { status: 204 };
    const { api, html } = runUrls(call.baseUrl, repository, run.id);
    return { status: 200, body: { workflow_run_id: run.id, run_url: api, html_url: html } };
  } catch (thrown) {
    if (thrown instanceof WorkflowInvalid) return restMessage(422, `failed to parse workflow: ${thrown.message}`);
    if (thrown instanceof InputsRefused) return restMessage(422, thrown.message);
    throw thrown;
  }
}

function setState(actions: Actions, path: '/enable' | '/disable'): readonly RestRoute[] {
  const state = path === '/enable' ? 'active' : 'disabled_manually';
  return workflowRoute(actions, 'PUT', path, 'write', 'workflow', (_call, hosted, workflow) => {
    hosted.setWorkflowState(workflow.path, state, actions.now());
    return { status: 204 };
  });
}

/** Workflows: listed, read, enabled, disabled, dispatched. */
export function workflowRoutes(actions: Actions): readonly RestRoute[] {
  return [
    ...repositoryRoute({
      method: 'GET',
      path: '/actions/workflows',
      kind: 'workflow',
      answer: (call, repository) => {
        const refused = refusedFor(call, repository, 'actions', 'read');
        if (refused) return refused;
        const all = actions.of(repository).workflows();
        const { page, perPage } = pageRequest(call.query);
        const rows = all.slice((page - 1) * perPage, page * perPage);
        const workflows = rows.map((each) => workflowRepresentation(call.baseUrl, repository, each));
        return { status: 200, rows: rows.length, body: { total_count: all.length, workflows } };
      },
    }),
    ...workflowRoute(actions, 'GET', '', 'read', 'workflow', (call, { repository }, workflow) => ({
      status: 200,
      body: workflowRepresentation(call.baseUrl, repository, workflow),
    })),
    ...setState(actions, '/enable'),
    ...setState(actions, '/disable'),
    ...workflowRoute(actions, 'POST', '/dispatches', 'write', 'dispatch', (call, hosted, workflow) =>
      dispatch(actions, call, hosted, workflow),
    ),
  ];
}
