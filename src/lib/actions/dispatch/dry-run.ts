import { formatCount, formatQuantity } from '../../progress/format.ts';

/** What `--dry-run` says of a dispatch: the request as it would be sent, and how large the run is at most. */
export function dryRunLines(dryRun: {
  readonly request: { readonly method: string; readonly url: string; readonly body: object };
  readonly jobs?: number;
  readonly maxRunnerMinutes?: number;
}): readonly string[] {
  const { request, jobs, maxRunnerMinutes } = dryRun;
  return [
    'Would send, once:',
    `  ${request.method} ${request.url}`,
    ...JSON.stringify(request.body, null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
    ...(jobs === undefined || maxRunnerMinutes === undefined
      ? []
      : [`Would start ${formatQuantity(jobs, 'job')}, at most ${formatCount(maxRunnerMinutes)} runner minutes.`]),
  ];
}
