import { formatCount, formatQuantity } from '../../progress/format.ts';
import type { RunSize } from '../catalogue/catalogue-entry.ts';

/** What would be sent, and what it would take. */
export interface DryRun extends Partial<RunSize> {
  readonly request: { readonly method: string; readonly url: string; readonly body: object };
  /** Of the REST API, until the run has been started. */
  readonly requests: number;
}

/** What `--dry-run` says of a dispatch: the request as it would be sent, and how large the run is at most. */
export function dryRunLines({ request, requests, jobs, maxRunnerMinutes }: DryRun): readonly string[] {
  return [
    'Would send, once:',
    `  ${request.method} ${request.url}`,
    ...JSON.stringify(request.body, null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
    ...(jobs === undefined || maxRunnerMinutes === undefined
      ? []
      : [`Would start ${formatQuantity(jobs, 'job')}, at most ${formatCount(maxRunnerMinutes)} runner minutes.`]),
    `Would cost ${formatQuantity(requests, 'request')} of the REST API to start.`,
  ];
}
