import type { ResolvedConfig } from '../lib/config/resolve.ts';
import { type CacheSignals, cacheSignals } from '../lib/docs/registry/cache-signals.ts';
import type { Slot } from '../lib/docs/slot.ts';
import { chosenEmbedder } from './chosen-embedder.ts';
import { chosenRegistry } from './chosen-registry.ts';

/**
 * The libraries that a run on GitHub Actions is about, and what their places in its cache depend on beside them.
 * @throws as `chosenRegistry` does
 */
export async function cachedSlots(
  settings: Pick<ResolvedConfig, 'values'>,
  env: Readonly<NodeJS.ProcessEnv>,
  lib?: string,
): Promise<{ readonly slots: readonly Slot[]; readonly signals: CacheSignals }> {
  const { slots } = await chosenRegistry(settings, { lib });
  return { slots, signals: cacheSignals(chosenEmbedder(settings, env)) };
}
