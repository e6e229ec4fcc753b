import type { WorkflowInput } from './workflow-inputs.ts';

/** A pipeline that can run on GitHub Actions: the command that runs it here, and the workflow that runs that command there. */
export interface CatalogueEntry {
  readonly pipeline: string;
  /** The command's id, words separated by colons: `backfill`. */
  readonly command: string;
  /** File name under `.github/workflows`. */
  readonly workflow: string;
  /** What the workflow declares under `workflow_dispatch.inputs`: these, all of these and no others. */
  readonly inputs: readonly WorkflowInput[];
  /** True when the runners and this machine must share the store: an embedded one cannot be reached from a runner. */
  readonly needsHostedStore: boolean;
  /** True when its runs start the next one themselves while work is left, as `continuationRequest` names it. */
  readonly continues?: boolean;
  /** The jobs of one run with these inputs, and the runner minutes that it takes at most. */
  readonly size: (inputs: Readonly<Record<string, string>>) => RunSize;
}

export interface RunSize {
  readonly jobs: number;
  readonly maxRunnerMinutes: number;
}

/** Jobs of a run beside its workers: plan, continuation and verification. */
const JOBS_BESIDE_WORKERS = 3;
/** Time that each of those is reckoned with, in minutes. */
const MINUTES_BESIDE_WORKERS = 60;

/**
 * Every pipeline that `--remote` can start. Plain data without effects: dispatch, the workflow check and the tests
 * read the same declaration. A new pipeline is one entry here and one workflow file.
 */
export const CATALOGUE = [
  {
    pipeline: 'progressive backfill of pull requests',
    command: 'backfill',
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
      {
        name: 'request_id',
        type: 'string',
        description: 'Names this request in the title of the run, so that the run can be found',
        required: false,
        default: '',
        from: 'request_id',
      },
    ],
    size: ({ workers, max_minutes: maxMinutes }) => ({
      jobs: Number(workers) + JOBS_BESIDE_WORKERS,
      maxRunnerMinutes: Number(workers) * Number(maxMinutes) + JOBS_BESIDE_WORKERS * MINUTES_BESIDE_WORKERS,
    }),
  },
] as const satisfies readonly CatalogueEntry[];

/** The entry of a command, by the command's id; undefined where the command runs here only. */
export function entryOfCommand(command: string): CatalogueEntry | undefined {
  return CATALOGUE.find((entry) => entry.command === command);
}

/** The entry of a workflow, by its path in a repository or its file name; undefined where it is not one of ours. */
export function entryOfWorkflow(path: string): CatalogueEntry | undefined {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return CATALOGUE.find((entry) => entry.workflow === file);
}
