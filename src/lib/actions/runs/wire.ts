/** What is read of GitHub's answers about Actions: the fields of its OpenAPI description that this program uses. */

export interface WireRun {
  readonly id: number;
  readonly name?: string | null;
  readonly display_title: string;
  /** `.github/workflows/x.yml`, sometimes followed by `@ref`. */
  readonly path: string;
  readonly event: string;
  readonly head_branch: string | null;
  readonly head_sha: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly run_attempt?: number;
  readonly run_number: number;
  readonly html_url: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly run_started_at?: string;
}

export interface WireStep {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly number: number;
  readonly started_at?: string | null;
  readonly completed_at?: string | null;
}

export interface WireJob {
  readonly id: number;
  readonly run_id: number;
  readonly run_attempt?: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly html_url: string | null;
  readonly runner_name: string | null;
  readonly steps?: readonly WireStep[];
}

export interface WireJobPage {
  readonly total_count: number;
  readonly jobs: readonly WireJob[];
}

export interface WireRunPage {
  readonly total_count: number;
  readonly workflow_runs: readonly WireRun[];
}

export interface WireWorkflow {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  /** active, deleted, disabled_fork, disabled_inactivity, disabled_manually */
  readonly state: string;
}

export interface WireRepository {
  readonly full_name: string;
  readonly default_branch: string;
  readonly archived: boolean;
  readonly html_url: string;
  readonly permissions?: { readonly push?: boolean };
}

/** The file name in a workflow's path. */
export function workflowFile(path: string): string {
  return path.replace(/@.*$/, '').replace(/^.*\//, '');
}
