import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type CliResult, PROJECT_ROOT, runCli } from '../support/cli.ts';
import { differencesFromTruth } from '../support/compare-with-truth.ts';
import { type HostedPostgres, startHostedPostgres } from '../support/hosted-postgres.ts';

const PULL_REQUESTS = 70;
/** So that a worker with one minute stores some of its chunks, not all. */
const MINUTE_MS = 4_000;

let hosted: HostedPostgres;
let sandbox: Sandbox;

beforeAll(async () => {
  hosted = await startHostedPostgres();
  sandbox = await startSandbox({
    repositories: [
      { owner: 'acme', name: 'ops', prs: 0 },
      { owner: 'acme', name: 'big', prs: PULL_REQUESTS },
    ],
    latency: 'github',
    latencyFactor: 0.4,
    actions: {
      minuteMs: MINUTE_MS,
      graceFactor: 0.04,
      env: {
        MINUTE_MS: String(MINUTE_MS),
        NODE_OPTIONS: `--import=${pathToFileURL(join(PROJECT_ROOT, 'test', 'support', 'short-minutes.ts')).href}`,
      },
    },
  });
});

beforeEach(() => hosted.reset());

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

function cli(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<CliResult> {
  return runCli(args, {
    timeout: 55_000,
    env: {
      GITHUB_API_URL: sandbox.apiUrl,
      GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
      GITHUB_TOKEN: 'ghp_operator0123456789abcdefghijklmnopqrs',
      GITHUB_REPOSITORY: 'acme/ops',
      SUPABASE_URL: hosted.url,
      SUPABASE_SERVICE_KEY: hosted.serviceKey,
      ...more,
    },
  });
}

const runs = () => sandbox.actions.of(sandbox.repository('acme/ops')).runs;

/** Conclusions of the jobs of a run, by their names. */
function conclusions(runId: number): Readonly<Record<string, string | null>> {
  return Object.fromEntries(sandbox.actions.stateOf(runId).jobs.map(({ name, conclusion }) => [name, conclusion]));
}

describe('the shipped workflow, executed', () => {
  test('runs whose workers stop at --max-minutes start each other, and are followed to the verified end', async () => {
    host(secrets());
    const args = ['backfill', 'acme/big', '--remote', '--workers', '1', '--chunk-size', '10', '--max-minutes', '1'];
    const { exitCode, stderr } = await cli(args);
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/continues: what is left is for run \d+, http/)]);
    expect(stderr).toContain(`completed: acme/big, ${PULL_REQUESTS} of ${PULL_REQUESTS} pull requests`);
    expect(await differencesFromTruth((sql) => hosted.sql.unsafe(sql), sandbox.repository('acme/big'))).toEqual([]);

    const chain = runs().map(({ id }) => id);
    expect(chain.length).toBeGreaterThan(1);
    const verified = chain.map((id) => conclusions(id)['Verify']);
    expect(verified).toEqual([...chain.slice(1).map(() => 'skipped'), 'success']);
    const jobs = await hosted.sql`select * from progressive_capture_jobs order by created_at`;
    expect(jobs.map((job) => [Number(job['run_id']), job['inputs'].generation, job['conclusion']])).toEqual(
      chain.map((id, generation) => [id, String(generation), 'success']),
    );
    const [first, last] = [String(chain[0]), String(chain.at(-1))];
    expect(stderr.trimEnd().split('\n').at(-1)).toContain(`/actions/runs/${last}`);
    const watched = async (...more: string[]) =>
      JSON.parse((await cli(['runs', 'watch', first, '--json', ...more])).stdout);
    expect(await watched()).toMatchObject({ runId: first, run: { runId: last, state: 'succeeded' } });
    expect(await watched('--no-follow')).toMatchObject({ runId: first, run: { runId: first } });
  });

  test('no run follows one whose workers stored nothing, nor a chain that is too long', async () => {
    host(secrets());
    const before = runs().length;
    expect((await cli(['backfill', 'plan', 'acme/big'])).exitCode).toBe(0);
    const barren = await cli(['backfill', 'continue', 'acme/big', '--workers', '2']);
    expect([barren.exitCode, barren.stderr]).toEqual([1, expect.stringContaining('stored nothing')]);
    const captured = await cli(['backfill', 'acme/big', '--chunk-size', '10', '--max-chunks', '1']);
    expect(captured.exitCode).toBe(69);
    const other = await cli(['backfill', 'continue', 'acme/big', '--workers', '2'], { GITHUB_RUN_ID: '4242' });
    expect([other.exitCode, other.stderr]).toEqual([1, expect.stringContaining('stored nothing')]);
    const endless = await cli(['backfill', 'continue', 'acme/big', '--generation', '199']);
    expect([endless.exitCode, endless.stderr]).toEqual([1, expect.stringContaining('too many runs')]);
    expect(runs()).toHaveLength(before);
  });

  test('a job that fails leaves the end of its log and exit 1', async () => {
    host({ ...secrets(), SUPABASE_SERVICE_KEY: `sb_secret_${'x'.repeat(32)}` });
    const { exitCode, stderr } = await cli(['backfill', 'acme/big', '--remote', '--workers', '2']);
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/failed: Plan, at step "Plan the chunks"/)]);
    expect(stderr.slice(stderr.lastIndexOf('failed: Plan, at step'))).toMatch(/ {2}\| .*key/i);
    const [job] = await hosted.sql`select status, conclusion from progressive_capture_jobs`;
    expect(job).toEqual({ status: 'failed', conclusion: 'failure' });
  });
});
