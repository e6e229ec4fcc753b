import type { CatalogueEntry, RunFacts } from '../lib/actions/catalogue/catalogue-entry.ts';
import type { ResolvedConfig } from '../lib/config/resolve.ts';
import { OperatorError } from '../lib/errors.ts';
import { chosenRegistry } from './chosen-registry.ts';

/**
 * What this folder tells of a run that is started from it. A registry that is not here, or not valid, is the run's own
 * business.
 */
export async function runFacts(
  { needs }: CatalogueEntry,
  { lib }: Readonly<Record<string, string>>,
  settings: ResolvedConfig,
): Promise<RunFacts> {
  if (needs !== 'registry') return { libraries: null };
  try {
    return { libraries: (await chosenRegistry(settings, { lib })).slots.length };
  } catch (thrown) {
    if (thrown instanceof OperatorError) return { libraries: null };
    throw thrown;
  }
}
