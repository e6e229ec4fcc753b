import { randomBytes } from 'node:crypto';
import { messageOf } from '../../../../src/lib/errors.ts';
import type { EnvironmentSettings } from '../hosted-repository.ts';
import type { JobDocument, Node, NodeMap } from '../workflow/document.ts';
import { isTruthy, resolve, textMap, textOf } from '../workflow/expressions.ts';
import { matrixSuffix } from '../workflow/matrix.ts';
import type { GrantedPermissions } from './job-permissions.ts';
import { JobSteps } from './job-steps.ts';
import { JobWorkspace } from './job-workspace.ts';
import { LiveJob } from './live-job.ts';
import type { Leg } from './matrix-legs.ts';
import type { JobFrame } from './step-context.ts';
import { stepScope } from './step-context.ts';
import { unsupported } from './unsupported.ts';
import type { WorkflowScope } from './workflow-scope.ts';

/** A job of a workflow, ready to run. */
export interface LegPlan {
  readonly id: string;
  readonly key: string;
  readonly document: JobDocument;
  readonly leg: Leg;
  /** `github`, `inputs`, `vars`, `needs`, `strategy`, `matrix`. */
  readonly contexts: NodeMap;
  readonly permissions: GrantedPermissions;
  /** Aborted when this job is cancelled, for whatever reason. */
  readonly cancelled: AbortSignal;
}

/** The name that GitHub shows: with the matrix in brackets, unless the name itself is made of expressions. */
export function jobName(
  scope: WorkflowScope,
  id: string,
  document: JobDocument,
  leg: Leg | null,
  contexts: NodeMap,
): string {
  const plain = textOf(document.name ?? id);
  const suffix = leg?.matrix && !plain.includes('${{') ? matrixSuffix(leg.matrix) : '';
  try {
    return `${scope.prefix}${textOf(resolve(plain, { contexts }))}${suffix}`;
  } catch {
    return `${scope.prefix}${plain}${suffix}`;
  }
}

function environmentName(node: Node): string | null {
  if (typeof node === 'string') return node === '' ? null : node;
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return null;
  return textOf((node as NodeMap)['name'] ?? '') || null;
}

function labelsOf(document: JobDocument, contexts: NodeMap): readonly string[] {
  const node = resolve(document['runs-on'], { contexts });
  return Array.isArray(node) ? node.map((each: Node) => textOf(each)) : [textOf(node)];
}

/** Waits for what must come first. @returns what gives the machine and the concurrency group back. */
async function admitted(
  scope: WorkflowScope,
  plan: LegPlan,
  job: LiveJob,
  cancel: (reason: string) => void,
): Promise<() => void> {
  const { house, hosted, approval } = scope.attempt;
  const at = { contexts: plan.contexts };
  const environment = environmentName(resolve(plan.document.environment, at));
  if (environment !== null && hosted.settings.environments?.[environment]?.requiresApproval) {
    job.hold('waiting');
    await approval(environment, job);
  }
  const wish = resolve(plan.document.concurrency, at);
  let leave = () => {};
  if (wish !== null) {
    const { group, cancelsRunning } = concurrencyOf(wish);
    const named = `${hosted.repository.databaseId} ${group}`;
    if (house.groups.isBusy(named)) job.hold('pending');
    leave = await house.groups.enter({ group: named, cancelsRunning, signal: plan.cancelled, cancel });
  }
  job.hold('queued');
  try {
    const release = await house.pool.acquire(plan.cancelled);
    return () => {
      release();
      leave();
    };
  } catch (thrown) {
    leave();
    throw thrown;
  }
}

/** `concurrency: group` or `{ group, cancel-in-progress }`, evaluated. */
export function concurrencyOf(node: Node): { readonly group: string; readonly cancelsRunning: boolean } {
  if (typeof node !== 'object' || node === null || Array.isArray(node))
    return { group: textOf(node), cancelsRunning: false };
  const { group = '', 'cancel-in-progress': cancels = false } = node as NodeMap;
  return { group: textOf(group), cancelsRunning: isTruthy(cancels) };
}

/**
 * Runs one job from waiting for its machine to its end. Whatever happens then is the job's conclusion.
 * @throws Error for a `runs-on` that cannot be evaluated.
 */
export async function runLeg(scope: WorkflowScope, plan: LegPlan): Promise<LiveJob> {
  const { house, number, add } = scope.attempt;
  const named = {
    id: house.nextJobId(),
    name: jobName(scope, plan.id, plan.document, plan.leg, plan.contexts),
    key: plan.key,
    attempt: number,
  };
  const job = new LiveJob(house.clock, named, labelsOf(plan.document, plan.contexts));
  add(job);
  const own = new AbortController();
  const cancelled = AbortSignal.any([plan.cancelled, own.signal]);
  try {
    const missing = unsupported(plan.document);
    if (missing !== null) throw new Error(missing);
    const release = await admitted(scope, { ...plan, cancelled }, job, (reason) => {
      job.annotate('failure', reason);
      own.abort();
    });
    try {
      await runOnMachine(scope, { ...plan, cancelled }, job, own);
    } finally {
      release();
    }
  } catch (thrown) {
    if (cancelled.aborted) job.end('cancelled');
    else job.fail(messageOf(thrown));
  }
  return job;
}

async function runOnMachine(scope: WorkflowScope, plan: LegPlan, job: LiveJob, own: AbortController): Promise<void> {
  const { house, hosted, run, forced } = scope.attempt;
  job.begin(`Sandbox Runner ${job.id % 1_000}`);
  const place = await JobWorkspace.create(house, job, hosted);
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  house.tokens.configure(token, {
    login: 'github-actions[bot]',
    permissions: { ...plan.permissions },
    sharedBudget: `GITHUB_TOKEN of ${hosted.repository.databaseId}`,
    graphqlLimit: house.jobTokenLimit,
    restLimit: house.jobTokenLimit,
  });
  const environment = environmentName(resolve(plan.document.environment, { contexts: plan.contexts }));
  const special: EnvironmentSettings = (environment && hosted.settings.environments?.[environment]) || {};
  const secrets = { ...scope.secrets, ...special.secrets, GITHUB_TOKEN: token };
  for (const secret of Object.values(secrets)) job.log.mask(secret);
  const vars = { ...scope.vars, ...special.vars };
  const github = {
    ...(plan.contexts['github'] as NodeMap),
    token,
    job: plan.id,
    workspace: place.workspace,
    action: '__run',
    api_url: house.urls().api,
    graphql_url: house.urls().graphql,
  };
  const event_path = await place.file('event.json', JSON.stringify((github as NodeMap)['event'] ?? {}));
  const contexts = { ...plan.contexts, github: { ...github, event_path }, secrets, vars };
  const env = environmentOf(scope, plan.document, contexts);
  const frame: JobFrame = {
    house,
    hosted,
    job,
    place,
    contexts,
    runId: run.id,
    env,
    steps: new Map(),
    status: 'success',
    cancelled: plan.cancelled,
    forced,
  };
  const timer = timeLimit(plan, job, house.minuteMs, own);
  try {
    await new JobSteps(frame, [plan.document.defaults, scope.document.defaults]).run(plan.document);
    takeOutputs(frame, plan.document);
  } finally {
    clearTimeout(timer);
    house.tokens.expire(token);
    await place.remove();
  }
  if (plan.cancelled.aborted && frame.status === 'success') frame.status = 'cancelled';
  job.end(frame.status);
}

/** docs.github.com: without `timeout-minutes` a job ends after 360. */
const DEFAULT_MINUTES = 360;

function timeLimit(plan: LegPlan, job: LiveJob, minuteMs: number, own: AbortController): NodeJS.Timeout {
  const minutes = Number(resolve(plan.document['timeout-minutes'] ?? DEFAULT_MINUTES, { contexts: plan.contexts }));
  return setTimeout(() => {
    const message = `The job has exceeded the maximum execution time of ${minutes} minutes`;
    job.log.write(`##[error]${message}`);
    job.annotate('failure', message);
    own.abort();
  }, minutes * minuteMs);
}

/** The workflow's `env`, then the job's; neither may use the `env` context (docs.github.com, "Context availability"). */
function environmentOf(scope: WorkflowScope, document: JobDocument, contexts: NodeMap): Record<string, string> {
  return { ...textMap(resolve(scope.document.env, { contexts })), ...textMap(resolve(document.env, { contexts })) };
}

/** Evaluates the job's outputs. One that holds a secret is left out, as GitHub does. */
function takeOutputs(frame: JobFrame, { outputs = {} }: JobDocument): void {
  const { job } = frame;
  for (const [name, value] of Object.entries(outputs)) {
    const text = textOf(resolve(value, stepScope(frame, frame.env)));
    if (!job.log.holdsSecret(text)) job.outputs[name] = text;
    else job.log.write(`##[warning]Skip output '${name}' since it may contain secret.`);
  }
}
