import { messageOf, OperatorError } from '../../errors.ts';
import { RateLimitPause } from '../../github/refusals.ts';
import type { JobStore } from '../../store/jobs.ts';
import { type DispatchCapabilities, type DispatchedRun, dispatch } from './dispatch.ts';
import type { DispatchPlan } from './dispatch-plan.ts';

/**
 * Dispatches and remembers it: the request before it is sent, so that nothing is forgotten if this process ends in
 * between, and its run or its refusal afterwards. What is uncertain stays `queued`.
 *
 * @throws as `dispatch` and as the store's calls; once the run is known, a store that fails is told to `onUnremembered`
 */
export async function startRun(
  capabilities: DispatchCapabilities & { readonly jobs: JobStore },
  plan: DispatchPlan,
  pipeline: string,
  onUnremembered: (message: string) => void,
): Promise<DispatchedRun> {
  const { jobs } = capabilities;
  const { requestId } = plan;
  await jobs.open({
    request_id: requestId,
    pipeline,
    dispatch_repository: `${plan.repository.owner}/${plan.repository.name}`,
    workflow: plan.workflow,
    ref: plan.ref,
    inputs: plan.inputs,
  });
  const remember = (...change: Parameters<JobStore['advance']>) =>
    jobs.advance(...change).catch((thrown: unknown) => onUnremembered(messageOf(thrown)));
  try {
    const run = await dispatch(capabilities, plan);
    await remember(
      { requestId, runId: run.runId },
      { status: 'dispatched', run_attempt: run.attempt, run_url: run.url },
    );
    return run;
  } catch (thrown) {
    const refused = thrown instanceof RateLimitPause || (thrown instanceof OperatorError && isCertain(thrown.code));
    if (refused) await remember({ requestId, runId: null }, { status: 'failed', error: messageOf(thrown) });
    throw thrown;
  }
}

function isCertain(code: string): boolean {
  return code !== 'dispatch_unconfirmed' && code !== 'interrupted';
}
