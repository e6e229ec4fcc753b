import type { CacheSignals } from '../registry/cache-signals.ts';
import type { ListedSlot } from '../registry/slot-list.ts';

/** What the key of every cached artifact begins with. */
export const CACHE_KEY_PREFIX = 'artifact-';

/**
 * The key under which a workflow caches the artifact of a slot, byte for byte that of deadzone (doc-pack format, section
 * 7), so that caches that exist stay good. An empty version leaves its two hyphens.
 */
export function cacheKeyOf({ slug, version, cache_hash }: ListedSlot, signals: CacheSignals): string {
  const { embedder_signature, schema_version } = signals;
  return `${CACHE_KEY_PREFIX}${slug}-${version}-${cache_hash}-emb${embedder_signature}-schema${schema_version}`;
}
