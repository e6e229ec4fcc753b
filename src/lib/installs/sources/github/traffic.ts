import type { GitHubClient } from '../../../github/client.ts';
import type { DayFigure } from '../day-series.ts';
import type { CountedRepository } from './repositories.ts';

/** docs.github.com, "REST API endpoints for repository traffic": fine-grained and classic tokens. */
export const TRAFFIC_PERMISSION = 'the repository permission "Administration: read", or push access with scope repo';

interface WireDay {
  readonly timestamp: string;
  readonly count: number;
  readonly uniques: number;
}

/** Clones or views of the days that GitHub keeps, today's so far included. @throws as `GitHubClient.rest` */
export async function fetchTraffic(
  github: GitHubClient,
  kind: 'clones' | 'views',
  { owner, name }: CountedRepository,
  signal: AbortSignal,
): Promise<readonly DayFigure[]> {
  const { data } = await github.rest<Partial<Record<typeof kind, readonly WireDay[]>>>({
    route: `GET /repos/{owner}/{repo}/traffic/${kind}`,
    parameters: { owner, repo: name, per: 'day' },
    signal,
  });
  return (data[kind] ?? []).map(({ timestamp, count, uniques }) => ({ day: timestamp.slice(0, 10), count, uniques }));
}
