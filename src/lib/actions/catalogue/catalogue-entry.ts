import type { WorkflowInput } from './workflow-inputs.ts';

/** A pipeline that can run on GitHub Actions: the command that runs it here, and the workflow that runs that command there. */
export interface CatalogueEntry {
  readonly pipeline: string;
  /** The command's id, words separated by colons: `backfill`. */
  readonly command: string;
  /** How it is typed, with what it cannot do without: `backfill OWNER/REPO`. */
  readonly call: string;
  /** File name under `.github/workflows`. Commands that are parts of one pipeline may share it. */
  readonly workflow: string;
  /** Further files there that belong to it: workflows that it calls, and those that keep up what it made. */
  readonly companions?: readonly string[];
  /** What the workflow declares under `workflow_dispatch.inputs`: these, all of these and no others. */
  readonly inputs: readonly WorkflowInput[];
  /** True when the runners and this machine must share the store: an embedded one cannot be reached from a runner. */
  readonly needsHostedStore: boolean;
  /** Without that its workflows have nothing to do. */
  readonly needs?: PipelineNeed;
  /** True when its runs start the next one themselves while work is left, as `continuationRequest` names it. */
  readonly continues?: boolean;
  /** The most that one run with these inputs takes; null where too little is known to tell. */
  readonly size: (inputs: Readonly<Record<string, string>>, known: RunFacts) => RunSize | null;
}

/** What not every repository has: a registry of libraries, or settings that name what is to be counted. */
export type PipelineNeed = 'registry' | 'counters';

/** What decides how large a run is, beside its inputs. */
export interface RunFacts {
  /** Libraries of the registry that the run is for; null where that is not known. */
  readonly libraries: number | null;
}

export interface RunSize {
  readonly jobs: number;
  /** Jobs times the minutes after which each is stopped. */
  readonly maxRunnerMinutes: number;
}
