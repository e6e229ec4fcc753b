import { z } from 'zod';
import { CONCLUSIONS } from './records.ts';

const jobConclusion = z.enum(CONCLUSIONS).exclude(['stale', 'startup_failure']);
const ms = z.int().min(0);

const stepScript = z.strictObject({
  name: z.string(),
  /** How long it takes. */
  ms: ms.default(0),
  conclusion: jobConclusion.default('success'),
});

/** A job's log: text, or so many bytes of generated lines. */
const logScript = z.union([z.string(), z.strictObject({ bytes: z.int().positive() })]);

const jobScript = z.strictObject({
  name: z.string(),
  /** Names of jobs that must be over first; one that did not succeed makes this one `skipped`, unless `always` is set. */
  needs: z.array(z.string()).default([]),
  always: z.boolean().default(false),
  /** Waits for an approval of this environment before it is queued. */
  environment: z.string().optional(),
  /** How long it waits for a runner. */
  queuedMs: ms.default(0),
  steps: z.array(stepScript).default([]),
  /** Default: that of the first step that did not succeed. */
  conclusion: jobConclusion.optional(),
  labels: z.array(z.string()).default(['ubuntu-latest']),
  /** Absent: a log made from the steps. Null: there will never be one, as for a job cancelled before it wrote. */
  log: logScript.nullable().optional(),
  /** How long after its end the job's log is still not there. */
  logDelayMs: ms.default(0),
  annotations: z
    .array(
      z.strictObject({
        level: z.enum(['notice', 'warning', 'failure']),
        message: z.string(),
        title: z.string().nullable().default(null),
        path: z.string().default('.github'),
        line: z.int().positive().default(1),
      }),
    )
    .default([]),
});
export type JobScript = z.infer<typeof jobScript>;

const attemptScript = z.strictObject({
  /** What the run is before its first job is created: `requested`, `pending` (a concurrency group), `queued`. */
  before: z.array(z.strictObject({ status: z.enum(['requested', 'pending', 'waiting', 'queued']), ms })).default([]),
  jobs: z.array(jobScript).default([]),
  /** Default: from the jobs. Needed for `stale`, `startup_failure`, `neutral` and runs without jobs. */
  conclusion: z.enum(CONCLUSIONS).optional(),
});
export type AttemptScript = z.infer<typeof attemptScript>;

/** A run that happens on the clock without anything being executed. */
export const runScript = attemptScript.extend({
  workflow: z.string().default('ci.yml'),
  workflowName: z.string().optional(),
  event: z.string().default('workflow_dispatch'),
  branch: z.string().default('main'),
  /** Default: the evaluated `run-name` of the dispatched workflow, else the workflow's name. */
  displayTitle: z.string().optional(),
  actor: z.string().default('sandbox-operator'),
  /** What later attempts do; a re-run beyond them repeats the last one. */
  attempts: z.array(attemptScript).default([]),
  /** Starts the next attempt by itself so long after the previous one ended, one delay for each. */
  rerunAfterMs: z.array(ms).default([]),
  /** The run is gone so long after it was made. */
  deletedAfterMs: ms.optional(),
});
export type RunScript = z.input<typeof runScript>;
export type ParsedRunScript = z.infer<typeof runScript>;
