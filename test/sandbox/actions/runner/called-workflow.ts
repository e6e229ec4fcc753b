import type { JobDocument, NodeMap } from '../workflow/document.ts';
import { resolve, textMap, textOf } from '../workflow/expressions.ts';
import { callInputs } from '../workflow/inputs.ts';
import { grantedPermissions } from './job-permissions.ts';
import { jobName } from './leg-execution.ts';
import type { Leg } from './matrix-legs.ts';
import type { JobResult, WorkflowScope } from './workflow-scope.ts';

/** docs.github.com: "You can connect up to ten levels of workflows." */
const DEEPEST = 10;

/** Secrets that a called workflow sees: all of the caller's, or those that are handed over by name. */
function secretsOf(scope: WorkflowScope, job: JobDocument, contexts: NodeMap): Readonly<Record<string, string>> {
  if (job.secrets === 'inherit') return scope.secrets;
  return textMap(resolve(job.secrets, { contexts: { ...contexts, secrets: scope.secrets } }));
}

/**
 * Runs the workflow that a job calls, with its jobs shown below the caller's name.
 * @throws WorkflowInvalid or InputsRefused; Error for what is no workflow of this repository.
 */
export async function callWorkflow(
  scope: WorkflowScope,
  { id, job, leg }: { readonly id: string; readonly job: JobDocument; readonly leg: Leg },
  contexts: NodeMap,
  execute: (called: WorkflowScope) => Promise<ReadonlyMap<string, JobResult>>,
): Promise<JobResult> {
  const { attempt } = scope;
  const uses = job.uses ?? '';
  if (!uses.startsWith('./')) throw new Error(`The sandbox calls workflows of the same repository only, not ${uses}`);
  if (scope.depth >= DEEPEST) throw new Error(`${uses}: more than ${DEEPEST} levels of workflows`);
  const document = attempt.hosted.document(uses.slice(2), attempt.run.headSha);
  if (!Object.hasOwn(document.on, 'workflow_call'))
    throw new Error(`${uses} does not have the 'workflow_call' trigger`);
  const inputs = callInputs(document, resolve(job.with ?? {}, { contexts }) as NodeMap);
  const secrets = secretsOf(scope, job, contexts);
  for (const [name, declared] of Object.entries(document.on.workflow_call?.secrets ?? {}))
    if (declared?.required && !secrets[name])
      throw new Error(`Secret ${name} is required, but not provided while calling.`);
  const most = grantedPermissions(
    job.permissions,
    scope.document.permissions,
    attempt.hosted.settings.defaultPermissions ?? 'read',
    scope.most,
  );
  const called: WorkflowScope = {
    ...scope,
    document,
    prefix: `${jobName(scope, id, job, leg, contexts)} / `,
    depth: scope.depth + 1,
    inputs,
    secrets,
    most,
  };
  const results = await execute(called);
  const jobs = Object.fromEntries([...results].map(([name, { result, outputs }]) => [name, { result, outputs }]));
  const declared = Object.entries(document.on.workflow_call?.outputs ?? {});
  const scopeOfOutputs = { contexts: { ...contexts, inputs, jobs } };
  const outputs = Object.fromEntries(
    declared.map(([name, { value }]) => [name, textOf(resolve(value, scopeOfOutputs))]),
  );
  const ended = [...results.values()];
  return { result: worst(ended), outputs, isRepeated: ended.some(({ isRepeated }) => isRepeated) };
}

/** One result of all calls of a job: the worst, with the outputs of all. */
export function together(calls: readonly JobResult[]): JobResult {
  const outputs = Object.assign({}, ...calls.map((call) => call.outputs)) as JobResult['outputs'];
  return { result: worst(calls), outputs, isRepeated: calls.some(({ isRepeated }) => isRepeated) };
}

function worst(ended: readonly Pick<JobResult, 'result'>[]): JobResult['result'] {
  for (const result of ['failure', 'cancelled'] as const)
    if (ended.some((each) => each.result === result)) return result;
  return ended.length > 0 && ended.every(({ result }) => result === 'skipped') ? 'skipped' : 'success';
}
