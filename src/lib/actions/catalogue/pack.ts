import type { CatalogueEntry, RunFacts, RunSize } from './catalogue-entry.ts';
import { type InputSource, REQUEST_ID_INPUT, type WorkflowInput } from './workflow-inputs.ts';

/** Which flags of a command are inputs of the doc pack's workflow; the others keep their defaults. */
interface PackFlags {
  readonly lib?: InputSource;
  readonly tag?: InputSource;
  readonly allowPartial?: InputSource;
  readonly maxShrink?: InputSource;
  readonly force?: InputSource;
}

const PACK = {
  pipeline: 'doc pack of libraries',
  workflow: 'scrape-pack.yml',
  companions: ['scrape-batch.yml', 'cache-keepalive.yml', 'cache-keepalive-batch.yml'],
  needsHostedStore: false,
  needs: 'registry',
  size: packSize,
} as const;

/** Scrapes what is not in the cache, or all of it when forced, and makes a database of all. */
export const SCRAPE = {
  ...PACK,
  command: 'scrape',
  call: 'scrape',
  inputs: packInputs({ lib: { flag: 'lib' }, force: { flag: 'force' } }),
} as const satisfies CatalogueEntry;

/** The same over the cache: what is in it needs no scraping. */
export const CONSOLIDATE = {
  ...PACK,
  command: 'consolidate',
  call: 'consolidate',
  inputs: packInputs({
    lib: { flag: 'lib' },
    allowPartial: { flag: 'allow-partial' },
    maxShrink: { flag: 'max-shrink' },
  }),
} as const satisfies CatalogueEntry;

/** The same with a release at its end. */
export const DBRELEASE = {
  ...PACK,
  command: 'dbrelease',
  call: 'dbrelease --tag TAG',
  inputs: packInputs({
    tag: { flag: 'tag' },
    allowPartial: { flag: 'allow-partial' },
    maxShrink: { flag: 'max-shrink' },
  }),
} as const satisfies CatalogueEntry;

/** Minutes after which the jobs of the workflow are stopped. */
const MINUTES = { expand: 15, forget: 30, library: 120, consolidate: 60, release: 60 };

/** A job for each library, and those around them. A library that is in the cache is a short job. */
function packSize({ force, tag }: Readonly<Record<string, string>>, { libraries }: RunFacts): RunSize | null {
  if (libraries === null) return null;
  const around = [
    MINUTES.expand,
    ...(force === 'true' ? [MINUTES.forget] : []),
    MINUTES.consolidate,
    ...(tag ? [MINUTES.release] : []),
  ];
  return {
    jobs: libraries + around.length,
    maxRunnerMinutes: around.reduce((sum, minutes) => sum + minutes, libraries * MINUTES.library),
  };
}

function packInputs({
  lib = 'default',
  tag = 'default',
  allowPartial = 'default',
  maxShrink = 'default',
  force = 'default',
}: PackFlags): readonly WorkflowInput[] {
  return [
    {
      name: 'lib',
      type: 'string',
      description: 'Only this library, as /org/project or /org/project/1.14; empty for all of them',
      required: false,
      default: '',
      from: lib,
    },
    {
      name: 'tag',
      type: 'string',
      description: 'Tag of the release to publish the database to; empty to publish nothing',
      required: false,
      default: '',
      from: tag,
    },
    {
      name: 'allow_partial',
      type: 'string',
      description: 'Why libraries may be missing, for a release of one library or without those that failed',
      required: false,
      default: '',
      from: allowPartial,
    },
    {
      name: 'force',
      type: 'boolean',
      description: 'Scrape libraries anew that are in the cache; what it has of them is removed first',
      required: false,
      default: 'false',
      from: force,
    },
    {
      name: 'max_shrink',
      type: 'number',
      description: 'Percent of libraries or documents that may go against the last release, 0 to 100',
      required: false,
      default: '5',
      min: 0,
      max: 100,
      from: maxShrink,
    },
    REQUEST_ID_INPUT,
  ];
}
