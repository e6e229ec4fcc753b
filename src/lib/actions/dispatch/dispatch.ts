import type { Clock } from '../../clock.ts';
import { messageOf, OperatorError } from '../../errors.ts';
import type { GitHubClient, RestAnswer } from '../../github/client.ts';
import { GitHubRefusal } from '../../github/refusals.ts';
import { dispatchRejected, dispatchUnconfirmed, type Target, tokenMayNotWrite } from './dispatch-errors.ts';
import type { DispatchPlan } from './dispatch-plan.ts';
import { type FoundRunName, findRun } from './find-run.ts';

export interface DispatchCapabilities {
  readonly github: GitHubClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export type DispatchedRun = FoundRunName & {
  /** How the run is known: GitHub's answer named it, or it was found by the request that its title echoes. */
  readonly foundBy: 'answer' | 'title';
};

const ROUTE = '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';

/** How long a run is looked for whose dispatch was answered without its id, or not at all, in milliseconds. */
const APPEARS_WITHIN_MS = 60_000;

/** The request as it goes over the wire, for `--dry-run`. */
export function dispatchRequest(plan: DispatchPlan, apiUrl: string) {
  const { owner, name } = plan.repository;
  const path = ROUTE.replace('{owner}', owner).replace('{repo}', name).replace('{workflow_id}', plan.workflow);
  return { method: 'POST', url: `${apiUrl}${path}`, body: bodyOf(plan, true) } as const;
}

/**
 * Starts the workflow: one POST, whatever the server answers or the network does. Only a refusal that names the field
 * `return_run_details` (GitHub Enterprise Server before 3.21: 400 or 422) is followed by a request without it, since
 * what is refused has started nothing. Where the answer does not name the run, or there is no whole answer, the run is
 * looked for by the request id in its title; it is never sent again.
 *
 * @throws OperatorError `dispatch_rejected`, `dispatch_not_permitted`, or `dispatch_unconfirmed` where it is not certain
 *   that GitHub took it; RateLimitPause where it certainly did not
 */
export async function dispatch(capabilities: DispatchCapabilities, plan: DispatchPlan): Promise<DispatchedRun> {
  const first = await post(capabilities, plan, true);
  const answer = first !== undefined && refusesDetails(first) ? await post(capabilities, plan, false) : first;
  if (answer === undefined) return await lookFor(capabilities, plan, 'GitHub gave no whole answer');
  if (answer.status >= 400) throw dispatchRejected(targetOf(plan), answer.status, messageIn(answer));
  const named = runNamedIn(answer);
  return named ?? (await lookFor(capabilities, plan, `GitHub took it (HTTP ${answer.status}) without naming the run`));
}

interface Answer {
  readonly workflow_run_id?: number;
  readonly html_url?: string;
  readonly message?: string;
}

/** Undefined where GitHub may or may not have taken it. */
async function post(
  { github, signal }: DispatchCapabilities,
  plan: DispatchPlan,
  details: boolean,
): Promise<RestAnswer<Answer | undefined> | undefined> {
  const { owner, name } = plan.repository;
  try {
    return await github.rest<Answer | undefined>({
      route: `POST ${ROUTE}`,
      parameters: { owner, repo: name, workflow_id: plan.workflow, ...bodyOf(plan, details) },
      once: true,
      answers: [400, 404, 409, 422],
      signal,
    });
  } catch (thrown) {
    if (thrown instanceof GitHubRefusal) return undefined;
    if (!(thrown instanceof OperatorError)) throw thrown;
    // The connection may have been lost on the way there or on the way back.
    if (thrown.code === 'github_unreachable') return undefined;
    if (thrown.code !== 'permission_denied') throw thrown;
    throw tokenMayNotWrite(targetOf(plan).repository, thrown.message);
  }
}

function bodyOf({ ref, inputs }: DispatchPlan, details: boolean) {
  return { ref, inputs, ...(details ? { return_run_details: true } : {}) };
}

function refusesDetails(answer: RestAnswer<Answer | undefined>): boolean {
  return (answer.status === 400 || answer.status === 422) && /return_run_details/.test(messageIn(answer));
}

function runNamedIn({ data }: RestAnswer<Answer | undefined>): DispatchedRun | undefined {
  const { workflow_run_id: id, html_url: url = '' } = data ?? {};
  return id === undefined ? undefined : { runId: String(id), url, attempt: 1, foundBy: 'answer' };
}

function messageIn({ data }: RestAnswer<Answer | undefined>): string {
  return typeof data?.message === 'string' ? data.message : '';
}

async function lookFor(capabilities: DispatchCapabilities, plan: DispatchPlan, reason: string): Promise<DispatchedRun> {
  let found: FoundRunName | undefined;
  try {
    found = await findRun(capabilities, plan, APPEARS_WITHIN_MS);
  } catch (thrown) {
    capabilities.signal.throwIfAborted();
    const because = `${reason}, and looking for the run failed (${messageOf(thrown)})`;
    throw dispatchUnconfirmed(targetOf(plan), plan.requestId, because, APPEARS_WITHIN_MS);
  }
  if (!found) throw dispatchUnconfirmed(targetOf(plan), plan.requestId, reason, APPEARS_WITHIN_MS);
  return { ...found, foundBy: 'title' };
}

function targetOf({ repository, workflow, ref }: DispatchPlan): Target {
  return { repository: `${repository.owner}/${repository.name}`, workflow, ref };
}
