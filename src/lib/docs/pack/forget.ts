import type { GitHubClient } from '../../github/client.ts';
import { cacheKeys, deleteCaches } from '../../github/repository/actions-caches.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import type { CacheSignals } from '../registry/cache-signals.ts';
import { listedSlot } from '../registry/slot-list.ts';
import { type Slot, slotName } from '../slot.ts';
import { CACHE_KEY_PREFIX, cacheKeyOf } from './cache-key.ts';

/**
 * Removes the artifacts of slots from the cache of GitHub Actions, so that the next run scrapes them anew.
 *
 * @returns the names of those that were there
 * @throws as `GitHubClient.rest` does
 */
export async function forgetArtifacts(
  github: GitHubClient,
  repository: RepositoryName,
  slots: readonly Slot[],
  signals: CacheSignals,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const cached = await cacheKeys(github, repository, { prefix: CACHE_KEY_PREFIX, ref: undefined }, signal);
  const forgotten: string[] = [];
  // One after the other: GitHub limits how many changes it takes in a minute.
  for (const slot of slots) {
    const key = cacheKeyOf(listedSlot(slot), signals);
    if (cached.has(key) && (await deleteCaches(github, repository, key, signal))) forgotten.push(slotName(slot));
  }
  return forgotten;
}
