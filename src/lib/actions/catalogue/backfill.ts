import type { CatalogueEntry } from './catalogue-entry.ts';
import { REQUEST_ID_INPUT } from './workflow-inputs.ts';

/** Jobs of a run beside its workers: plan, continuation and verification. */
const JOBS_BESIDE_WORKERS = 3;
/** Time that each of those is reckoned with, in minutes. */
const MINUTES_BESIDE_WORKERS = 60;

/** Backfill of pull requests. */
export const BACKFILL = {
  pipeline: 'progressive backfill of pull requests',
  command: 'backfill',
  call: 'backfill OWNER/REPO',
  workflow: 'progressive-backfill.yml',
  needsHostedStore: true,
  continues: true,
  inputs: [
    {
      name: 'repository',
      type: 'string',
      description: 'Repository to capture, as OWNER/REPO',
      required: true,
      from: { argument: 'repository' },
    },
    {
      name: 'workers',
      type: 'number',
      description: 'Jobs that capture at the same time, 1 to 256',
      required: false,
      default: '1',
      min: 1,
      // A matrix makes at most 256 jobs (docs.github.com, "Actions limits").
      max: 256,
      from: { flag: 'workers' },
    },
    {
      name: 'chunk_size',
      type: 'number',
      description: 'Pull requests of ordinary size in a chunk, 1 to 100',
      required: false,
      default: '25',
      min: 1,
      max: 100,
      from: { flag: 'chunk-size', setting: 'backfill.chunkSize' },
    },
    {
      name: 'max_minutes',
      type: 'number',
      description: 'Minutes after which a worker stops at a checkpoint, 1 to 350; what is left goes on in a new run',
      required: false,
      default: '300',
      min: 1,
      // A hosted job ends after six hours (docs.github.com, "Actions limits"); ten minutes are for its set-up and end.
      max: 350,
      from: { flag: 'max-minutes', setting: 'backfill.maxMinutes' },
    },
    {
      name: 'kinds',
      type: 'string',
      description: 'Kinds of children to capture: files,reviews,comments,commits; empty for all of them',
      required: false,
      default: '',
      from: { flag: 'only', setting: 'backfill.only' },
    },
    {
      name: 'since',
      type: 'string',
      description: 'Only pull requests that changed since then, as an ISO time; empty for all of them',
      required: false,
      default: '',
      from: { flag: 'since' },
    },
    {
      name: 'generation',
      type: 'number',
      description: 'How many runs this one continues; set by the workflow itself, against loops',
      required: false,
      default: '0',
      min: 0,
      max: 1_000,
      from: { flag: 'generation' },
    },
    REQUEST_ID_INPUT,
  ],
  size: ({ workers, max_minutes: maxMinutes }) => ({
    jobs: Number(workers) + JOBS_BESIDE_WORKERS,
    maxRunnerMinutes: Number(workers) * Number(maxMinutes) + JOBS_BESIDE_WORKERS * MINUTES_BESIDE_WORKERS,
  }),
} as const satisfies CatalogueEntry;
