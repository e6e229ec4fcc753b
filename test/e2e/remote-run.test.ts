import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type CliResult, PROJECT_ROOT, runCli } from '../support/cli.ts';
import { type HostedPostgres, startHostedPostgres } from '../support/hosted-postgres.ts';

const PULL_REQUESTS = 60;

let hosted: HostedPostgres;
let sandbox: Sandbox;

beforeAll(async () => {
  hosted = await startHostedPostgres();
  sandbox = await startSandbox({
    repositories: [
      { owner: 'acme', name: 'ops', prs: 0 },
      { owner: 'acme', name: 'big', prs: PULL_REQUESTS },
    ],
    actions: { minuteMs: 5_000, graceFactor: 0.04 },
  });
});

afterAll(async () => {
  await sandbox?.close();
  await hosted?.close();
});

/** The shipped workflows, with secrets that their jobs get. */
function host(secrets: Readonly<Record<string, string>>): void {
  sandbox.actions.hostWorkflows('acme/ops', join(PROJECT_ROOT, '.github', 'workflows'), { secrets });
}

const secrets = () => ({
  SUPABASE_URL: hosted.url,
  SUPABASE_SERVICE_KEY: hosted.serviceKey,
  CAPTURE_GITHUB_TOKEN: 'ghp_workers0123456789abcdefghijklmnopqrst',
});

function remotely(args: readonly string[]): Promise<CliResult> {
  return runCli(['backfill', 'acme/big', '--remote', '--dispatch-repo', 'acme/ops', ...args], {
    timeout: 55_000,
    env: {
      GITHUB_API_URL: sandbox.apiUrl,
      GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
      GITHUB_TOKEN: 'ghp_operator0123456789abcdefghijklmnopqrs',
      SUPABASE_URL: hosted.url,
      SUPABASE_SERVICE_KEY: hosted.serviceKey,
    },
  });
}

describe('the shipped workflow, executed', () => {
  test('a backfill that runs remotely ends with verified rows in the store and exit 0', async () => {
    host(secrets());
    const { exitCode, stderr } = await remotely(['--workers', '2', '--chunk-size', '10']);
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/succeeded: Backfill acme\/big/)]);
    // Progress that GitHub's API cannot give comes from the store.
    expect(stderr).toContain(`completed: acme/big, ${PULL_REQUESTS} of ${PULL_REQUESTS} pull requests`);
    const [row] = await hosted.sql`select count(*)::int as count from pull_requests`;
    expect(row?.['count']).toBe(PULL_REQUESTS);
    const [job] = await hosted.sql`select status, conclusion from progressive_capture_jobs`;
    expect(job).toEqual({ status: 'completed', conclusion: 'success' });
  });

  test('a job that fails leaves the end of its log and exit 1', async () => {
    await hosted.reset();
    host({ ...secrets(), SUPABASE_SERVICE_KEY: `sb_secret_${'x'.repeat(32)}` });
    const { exitCode, stderr } = await remotely(['--workers', '2']);
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/failed: Plan, at step "Plan the chunks"/)]);
    expect(stderr.slice(stderr.lastIndexOf('failed: Plan, at step'))).toMatch(/ {2}\| .*key/i);
    const [job] = await hosted.sql`select status, conclusion from progressive_capture_jobs`;
    expect(job).toEqual({ status: 'failed', conclusion: 'failure' });
  });
});
