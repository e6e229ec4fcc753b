import type { JobDocument } from '../workflow/document.ts';

const OF_JOBS = ['container', 'services', 'snapshot'] as const;
const OF_STEPS = ['background', 'wait', 'wait-all', 'cancel', 'parallel'] as const;

/** What a job asks for that the sandbox does not have, in words; null when it can run. It is refused, never left out. */
export function unsupported(job: JobDocument): string | null {
  const inJob = OF_JOBS.filter((key) => Object.hasOwn(job, key));
  const inSteps = (job.steps ?? []).flatMap((step) => OF_STEPS.filter((key) => Object.hasOwn(step, key)));
  const found = [...inJob, ...inSteps];
  return found.length > 0 ? `The sandbox cannot run a job with '${found.join("', '")}'` : null;
}
