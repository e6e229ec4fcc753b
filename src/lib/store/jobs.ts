import type { SupabaseClient } from '@supabase/supabase-js';
import { callProcedure } from './call.ts';

export type JobStatus = 'queued' | 'dispatched' | 'running' | 'completed' | 'failed' | 'cancelled';

/** A request for a run on GitHub Actions. Times are ISO 8601; null where it has not come to that. */
export interface JobRow {
  readonly id: string;
  readonly request_id: string;
  readonly pipeline: string;
  /** OWNER/REPO whose Actions run it. */
  readonly dispatch_repository: string;
  readonly workflow: string;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly status: JobStatus;
  /** A 64-bit number, as text. */
  readonly run_id: string | null;
  /** 0 until the run is known. */
  readonly run_attempt: number;
  readonly run_url: string | null;
  readonly conclusion: string | null;
  readonly error: string | null;
  readonly created_at: string;
  readonly dispatched_at: string | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

export type NewJob = Pick<JobRow, 'request_id' | 'pipeline' | 'dispatch_repository' | 'workflow' | 'ref' | 'inputs'>;

export interface JobChange {
  readonly status: JobStatus;
  readonly run_attempt?: number;
  readonly run_url?: string;
  readonly conclusion?: string | null;
  readonly error?: string;
}

/** A job is known by its request before it has a run, and by its run to whoever did not ask for it. */
export type JobName =
  | { readonly requestId: string; readonly runId: string | null }
  | { readonly repository: string; readonly runId: string };

/**
 * The database's procedures for `progressive_capture_jobs`, one request and one transaction each. All of them can be
 * sent again without harm. They throw as `callProcedure` does.
 */
export interface JobStore {
  /** Remembers a request before it is sent; the same request again changes nothing. */
  open(job: NewJob): Promise<JobRow>;
  /** Moves a job forward, never back: a late report of an earlier state changes nothing. Null where no job is known. */
  advance(name: JobName, change: JobChange): Promise<JobRow | null>;
  /** The newest first; of all repositories when `repository` is null. */
  newest(repository: string | null, limit: number): Promise<readonly JobRow[]>;
  ofRun(repository: string, runId: string): Promise<JobRow | null>;
}

export function createJobStore(client: SupabaseClient): JobStore {
  return {
    open: (job) => callProcedure(client, 'capture_job_open', { p_job: job }),
    advance: (name, change) =>
      callProcedure(client, 'capture_job_advance', {
        p_request_id: 'requestId' in name ? name.requestId : null,
        p_dispatch_repository: 'repository' in name ? name.repository : null,
        p_run_id: name.runId,
        p_change: change,
      }),
    newest: (repository, limit) =>
      callProcedure(client, 'capture_jobs', { p_dispatch_repository: repository, p_limit: limit }),
    ofRun: (repository, runId) =>
      callProcedure(client, 'capture_job_of_run', { p_dispatch_repository: repository, p_run_id: runId }),
  };
}
