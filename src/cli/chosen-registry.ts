import type { ResolvedConfig } from '../lib/config/resolve.ts';
import { loadRegistry, type Registry } from '../lib/docs/registry/registry.ts';
import { type SlotFilter, selectSlots } from '../lib/docs/registry/select-slots.ts';
import { fromHere } from './docs-flags.ts';

/**
 * The registry that the settings name, with the libraries that a filter names. Empty texts name none: GitHub Actions
 * passes unset inputs that way.
 *
 * @throws OperatorError where the registry is not valid, or knows no such library
 */
export async function chosenRegistry(
  { values }: Pick<ResolvedConfig, 'values'>,
  { lib, version }: SlotFilter = {},
): Promise<Registry> {
  const registry = await loadRegistry(fromHere(values.docs.registry));
  return { ...registry, slots: selectSlots(registry, { lib: lib || undefined, version: version || undefined }) };
}
