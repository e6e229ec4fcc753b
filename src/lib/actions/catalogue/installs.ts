import type { CatalogueEntry } from './catalogue-entry.ts';
import { REQUEST_ID_INPUT, type WorkflowInput } from './workflow-inputs.ts';

const INSTALLS = {
  pipeline: 'installs cache',
  workflow: 'installs-cache.yml',
  needsHostedStore: false,
  needs: 'counters',
  // Its one job and the minutes after which that is stopped.
  size: () => ({ jobs: 1, maxRunnerMinutes: 30 }),
} as const;

/** Fetches what is new and proposes the cache file by a pull request. */
export const CACHE_REFRESH = {
  ...INSTALLS,
  command: 'cache:refresh',
  call: 'cache refresh',
  inputs: installsInputs('refresh'),
} as const satisfies CatalogueEntry;

/** The same after restoring the cache from its history. */
export const CACHE_RESEED = {
  ...INSTALLS,
  command: 'cache:reseed',
  call: 'cache reseed',
  inputs: installsInputs('reseed'),
} as const satisfies CatalogueEntry;

function installsInputs(action: 'refresh' | 'reseed'): readonly WorkflowInput[] {
  return [
    {
      name: 'action',
      type: 'string',
      description: 'refresh, or reseed to restore the cache from its history first',
      required: false,
      default: 'refresh',
      from: { value: action },
    },
    REQUEST_ID_INPUT,
  ];
}
