import type { GitHubClient, RestAnswer } from '../../github/client.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import type { WireRepository, WireWorkflow } from '../runs/wire.ts';
import { declaredInputs } from './declared-inputs.ts';
import {
  inputsDiffer,
  refUnknown,
  repositoryArchived,
  type Target,
  tokenMayNotWrite,
  workflowDisabled,
  workflowMissing,
  workflowNotDispatchable,
  workflowNotOnRef,
} from './dispatch-errors.ts';

export interface DispatchRequest {
  readonly repository: RepositoryName;
  readonly workflow: string;
  /** Branch or tag; the default branch without it. */
  readonly ref?: string | undefined;
  readonly inputs: Readonly<Record<string, string>>;
}

/** A dispatch of which everything has been checked that can be checked before it is sent. */
export interface DispatchPlan {
  /** As GitHub names it now. */
  readonly repository: RepositoryName;
  readonly workflow: string;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** GitHub's time when it was planned, in milliseconds since the epoch: the run is not older. */
  readonly plannedAt: number;
}

/**
 * Checks a dispatch with three reads: the repository and what the token may do there, the workflow and whether it is
 * enabled, the file on the ref and whether it takes these inputs. Sends nothing that changes anything.
 *
 * @throws OperatorError `dispatch_repository_archived`, `dispatch_not_permitted`, `workflow_missing`,
 *   `workflow_disabled`, `ref_unknown`, `workflow_not_on_ref`, `workflow_not_dispatchable`, `workflow_inputs_differ`,
 *   each with the command that mends it; and as `GitHubClient.rest`
 */
export async function planDispatch(
  github: GitHubClient,
  request: DispatchRequest,
  requestId: string,
  signal: AbortSignal,
): Promise<DispatchPlan> {
  const { workflow, inputs } = request;
  const { repository, headers } = await checkedRepository(github, request.repository, signal);
  const [owner = '', repo = ''] = repository.full_name.split('/');
  const ref = request.ref ?? repository.default_branch;
  const target: Target = { repository: repository.full_name, workflow, ref };
  await checkWorkflow(github, target, { owner, repo, signal }, repository.default_branch);
  const text = await workflowText(github, target, { owner, repo, signal });
  checkInputs(target, text, inputs);
  const date = Date.parse(headers['date'] ?? '');
  const plannedAt = Number.isNaN(date) ? 0 : date;
  return { repository: { owner, name: repo }, workflow, ref, inputs, requestId, plannedAt };
}

interface At {
  readonly owner: string;
  readonly repo: string;
  readonly signal: AbortSignal;
}

async function checkedRepository(github: GitHubClient, { owner, name }: RepositoryName, signal: AbortSignal) {
  const { data: repository, headers } = await github.rest<WireRepository>({
    route: 'GET /repos/{owner}/{repo}',
    parameters: { owner, repo: name },
    signal,
  });
  if (repository.archived) throw repositoryArchived(repository.full_name);
  const missing = missingAccess(repository, headers);
  if (missing !== undefined) throw tokenMayNotWrite(repository.full_name, missing);
  return { repository, headers };
}

/**
 * What a classic token visibly lacks. Of fine-grained and App tokens the API does not tell `actions: write`, and
 * `permissions.push` speaks of contents: only the dispatch itself shows it.
 */
function missingAccess(repository: WireRepository, headers: Readonly<Record<string, string>>): string | undefined {
  const scopes = headers['x-oauth-scopes']?.split(',').map((scope) => scope.trim());
  if (scopes === undefined) return undefined;
  if (!scopes.includes('repo') && !scopes.includes('public_repo')) {
    return `it lacks the scope repo (it has ${scopes.filter(Boolean).join(', ') || 'none'})`;
  }
  return repository.permissions?.push === false ? 'its owner may not write to the repository' : undefined;
}

async function checkWorkflow(
  github: GitHubClient,
  target: Target,
  { signal, ...at }: At,
  defaultBranch: string,
): Promise<void> {
  const answer = await github.rest<WireWorkflow>({
    route: 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}',
    parameters: { ...at, workflow_id: target.workflow },
    answers: [404],
    signal,
  });
  if (answer.status === 404) throw workflowMissing(target, defaultBranch);
  if (answer.data.state !== 'active') throw workflowDisabled(target, answer.data.state);
}

/** The file's text; undefined where the token may not read contents, which it need not to dispatch. */
async function workflowText(github: GitHubClient, target: Target, { signal, ...at }: At): Promise<string | undefined> {
  const answer: RestAnswer<{ readonly content?: string; readonly message?: string }> = await github.rest({
    route: 'GET /repos/{owner}/{repo}/contents/{+path}',
    parameters: { ...at, path: `.github/workflows/${target.workflow}`, ref: target.ref },
    answers: [403, 404],
    signal,
  });
  if (answer.status === 403) return undefined;
  if (answer.status === 404) {
    throw /no commit found/i.test(answer.data?.message ?? '') ? refUnknown(target) : workflowNotOnRef(target);
  }
  return Buffer.from(answer.data.content ?? '', 'base64').toString('utf8');
}

function checkInputs(target: Target, text: string | undefined, inputs: Readonly<Record<string, string>>): void {
  if (text === undefined) return;
  const declared = declaredInputs(text);
  if (typeof declared === 'string') throw workflowNotDispatchable(target, declared === 'not_dispatchable');
  const names = new Set(declared.map(({ name }) => name));
  const undeclared = Object.keys(inputs)
    .filter((name) => !names.has(name))
    .map((name) => `it does not declare the input ${name}`);
  const missing = declared
    .filter(({ name, required, hasDefault }) => required && !hasDefault && !Object.hasOwn(inputs, name))
    .map(({ name }) => `it requires the input ${name}`);
  const refused = declared
    .filter(({ name, options }) => options && inputs[name] !== undefined && !options.includes(inputs[name]))
    .map(({ name, options }) => `its input ${name} is one of ${options?.join(', ')}, not "${inputs[name]}"`);
  const differences = [...undeclared, ...missing, ...refused];
  if (differences.length > 0) throw inputsDiffer(target, differences);
}
