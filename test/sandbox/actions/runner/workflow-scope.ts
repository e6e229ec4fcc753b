import type { HostedRepository } from '../hosted-repository.ts';
import type { RunFacts } from '../records.ts';
import type { NodeMap, Scalar, WorkflowDocument } from '../workflow/document.ts';
import type { RunnerHouse } from './house.ts';
import type { GrantedPermissions } from './job-permissions.ts';
import type { LiveJob } from './live-job.ts';

/** How a job of the workflow, all of its matrix together, ended. */
export interface JobResult {
  readonly result: 'success' | 'failure' | 'cancelled' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
  /** True when it has to be run again by a re-run of failed jobs. */
  readonly isRepeated: boolean;
}

/** One attempt of a run, as its jobs see it. */
export interface AttemptFrame {
  readonly house: RunnerHouse;
  readonly hosted: HostedRepository;
  readonly run: RunFacts;
  readonly number: number;
  /** Aborted when the run is cancelled. */
  readonly cancelled: AbortSignal;
  /** Aborted when jobs and steps with `always()` end too. */
  readonly forced: AbortSignal;
  /** Shows a job from now on. */
  readonly add: (job: LiveJob) => void;
  /** What succeeded in the attempt before and is kept; null for what runs. */
  readonly kept: (key: string) => LiveJob | null;
  /** Waits for an environment's approval. @throws Error when it is refused. */
  readonly approval: (environment: string, job: LiveJob) => Promise<void>;
}

/** A workflow that is being executed: that of the run, or one that a job calls. */
export interface WorkflowScope {
  readonly attempt: AttemptFrame;
  readonly document: WorkflowDocument;
  /** Before the names and keys of its jobs: `call / `. */
  readonly prefix: string;
  readonly depth: number;
  readonly github: NodeMap;
  readonly inputs: Readonly<Record<string, Scalar>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  /** What the calling job may do; absent for the run's own workflow. */
  readonly most?: GrantedPermissions;
}
