import type { RunEvent } from '../../progress/runs/events.ts';
import { entryOfWorkflow } from '../catalogue/catalogue.ts';
import { type FindRunCapabilities, type FoundRunName, findRun } from './find-run.ts';

/** GitHub may list a run this much later than it was started, in milliseconds. */
const LISTED_WITHIN_MS = 15_000;

/**
 * The request by which a run starts the next one of its chain. It follows from the run, so that whoever watches that
 * run knows what to look for; another attempt of the run starts another one.
 */
export function continuationRequest(runId: string, attempt: number): string {
  return `c${runId}-${attempt}`;
}

/**
 * The run that the ended one has started to go on with what it left, found by its request in the title; undefined where
 * there is none. It is looked for once, or, where the work is known to go on, until GitHub must list it.
 */
export async function findContinuation(
  capabilities: FindRunCapabilities,
  ended: Extract<RunEvent, { event: 'run.finished' }>,
  goesOn: boolean,
): Promise<FoundRunName | undefined> {
  // A cancelled run continues nothing: the job that would do that is cancelled too.
  if (!entryOfWorkflow(ended.workflow)?.continues || !ended.ended || ended.state === 'cancelled') return undefined;
  const [owner = '', name = ''] = ended.repository.split('/');
  const requestId = continuationRequest(ended.runId, ended.attempt);
  const sought = { repository: { owner, name }, workflow: ended.workflow, requestId, plannedAt: 0 };
  return await findRun(capabilities, sought, goesOn ? LISTED_WITHIN_MS : 0, 0);
}
