import type { HostedRepository } from '../hosted-repository.ts';
import type { NodeMap } from '../workflow/document.ts';
import type { Scope } from '../workflow/expressions.ts';
import { hashFiles } from './hash-files.ts';
import type { RunnerHouse } from './house.ts';
import type { JobWorkspace } from './job-workspace.ts';
import type { LiveJob } from './live-job.ts';

export type StepOutcome = 'success' | 'failure' | 'cancelled' | 'skipped';

/** What is known of a step that has run. */
export interface StepResult {
  readonly outputs: Record<string, string>;
  /** Before `continue-on-error`. */
  readonly outcome: StepOutcome;
  readonly conclusion: StepOutcome;
}

/** A job while its steps run. */
export interface JobFrame {
  readonly house: RunnerHouse;
  readonly hosted: HostedRepository;
  readonly job: LiveJob;
  readonly place: JobWorkspace;
  /** `github`, `inputs`, `vars`, `secrets`, `needs`, `strategy`, `matrix`: what does not change while it runs. */
  readonly contexts: NodeMap;
  readonly runId: number;
  /** Environment of the workflow and job, and what steps added through $GITHUB_ENV. */
  readonly env: Record<string, string>;
  readonly steps: Map<string, StepResult>;
  status: 'success' | 'failure' | 'cancelled';
  /** Aborted when the job is cancelled. */
  readonly cancelled: AbortSignal;
  /** Aborted when not even steps with `always()` may go on. */
  readonly forced: AbortSignal;
}

/** What the expressions of a step see. */
export function stepScope(frame: JobFrame, env: Readonly<Record<string, string>>): Scope {
  const { contexts, place, steps } = frame;
  const results = Object.fromEntries(
    [...steps].map(([id, { outputs, outcome, conclusion }]) => [id, { outputs, outcome, conclusion }]),
  );
  return {
    contexts: { ...contexts, env, steps: results, runner: place.runnerContext, job: { status: frame.status } },
    status: {
      success: () => frame.status === 'success',
      failure: () => frame.status === 'failure',
      cancelled: () => frame.status === 'cancelled',
    },
    hashFiles: (patterns) => hashFiles(place.workspace, patterns),
  };
}
