import type { GitHubClient } from '../../../github/client.ts';
import { nextPage } from '../../../github/rest/link-header.ts';
import type { CountedRepository } from './repositories.ts';

interface WireRelease {
  readonly assets: readonly { readonly id: number; readonly download_count: number }[];
}

const PAGE = 100;

/** Downloads of every asset of every release, by the asset's id. @throws as `GitHubClient.rest` */
export async function fetchAssetDownloads(
  github: GitHubClient,
  { owner, name }: CountedRepository,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (let page: number | undefined = 1; page !== undefined; ) {
    const answer = await github.rest<readonly WireRelease[]>({
      route: 'GET /repos/{owner}/{repo}/releases',
      parameters: { owner, repo: name, per_page: PAGE, page },
      signal,
    });
    for (const { id, download_count } of answer.data.flatMap(({ assets }) => assets)) {
      found.set(String(id), download_count);
    }
    page = nextPage(answer.headers);
  }
  return found;
}
