import type { GitHubClient } from '../client.ts';
import type { RepositoryName } from './repository-name.ts';

interface WireCachePage {
  readonly total_count: number;
  readonly actions_caches: readonly { readonly key: string }[];
}

const PAGE = 100;

/**
 * The keys of a repository's caches that begin with `prefix` and that a run on `ref` finds: its own and those of the
 * default branch are separate, and `ref` undefined means any.
 *
 * @throws as `GitHubClient.rest` does
 * @see https://docs.github.com/en/rest/actions/cache#list-github-actions-caches-for-a-repository
 */
export async function cacheKeys(
  github: GitHubClient,
  { owner, name }: RepositoryName,
  { prefix, ref }: { readonly prefix: string; readonly ref: string | undefined },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (let page = 1; ; page += 1) {
    const { data } = await github.rest<WireCachePage>({
      route: 'GET /repos/{owner}/{repo}/actions/caches',
      parameters: { owner, repo: name, key: prefix, per_page: PAGE, page, ...(ref === undefined ? {} : { ref }) },
      signal,
    });
    for (const { key } of data.actions_caches) keys.add(key);
    if (data.actions_caches.length < PAGE) return keys;
  }
}

/**
 * Removes the entries of a repository's cache with exactly this key, on every branch.
 *
 * @returns false where there was none
 * @throws as `GitHubClient.rest` does
 * @see https://docs.github.com/en/rest/actions/cache#delete-github-actions-caches-for-a-repository-using-a-cache-key
 */
export async function deleteCaches(
  github: GitHubClient,
  { owner, name }: RepositoryName,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { status } = await github.rest({
    route: 'DELETE /repos/{owner}/{repo}/actions/caches{?key}',
    parameters: { owner, repo: name, key },
    answers: [404],
    signal,
  });
  return status !== 404;
}
