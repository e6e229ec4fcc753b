import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunScript } from '../sandbox/actions/run-script.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts';
import { type CliOptions, type CliResult, cleanEnvironment, PROJECT_ROOT, runCli } from '../support/cli.ts';
import { type HostedPostgres, startHostedPostgres } from '../support/hosted-postgres.ts';
import { temporaryDirectory } from '../support/temp.ts';
import { openTerminal } from '../support/terminal.ts';

const WORKFLOW = 'progressive-backfill.yml';

let hosted: HostedPostgres;

beforeAll(async () => {
  hosted = await startHostedPostgres();
});

/** What runs beside each other must not end what others still use. */
const sandboxes: Sandbox[] = [];
let hubs = 0;

afterAll(async () => {
  await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  await hosted?.close();
});

interface Hub {
  /** OWNER/REPO that hosts the workflows: one store knows a run by this and its number. */
  readonly ops: string;
  /** Its runs. */
  runs(): readonly unknown[];
  readonly sandbox: Sandbox;
  readonly env: Readonly<Record<string, string>>;
  cli(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** Starts a backfill and lets it go. */
  detached(): Promise<{ readonly runId: string; readonly requestId: string }>;
}

/** A simulated GitHub with a repository that hosts the shipped workflows; runs of them go by the script. */
async function hub(script: RunScript, options: SandboxOptions = {}): Promise<Hub> {
  hubs += 1;
  const name = `ops-${hubs}`;
  const ops = `acme/${name}`;
  const sandbox = await startSandbox({
    repositories: [
      { owner: 'acme', name, prs: 0 },
      { owner: 'acme', name: 'big', prs: 5 },
    ],
    ...options,
  });
  sandboxes.push(sandbox);
  sandbox.actions.hostWorkflows(ops, join(PROJECT_ROOT, '.github', 'workflows'));
  sandbox.actions.scriptDispatches(ops, WORKFLOW, script);
  const env = {
    GITHUB_API_URL: sandbox.apiUrl,
    GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
    GITHUB_TOKEN: 'ghp_0123456789abcdefghijklmnopqrstuvwxyz',
    SUPABASE_URL: hosted.url,
    SUPABASE_SERVICE_KEY: hosted.serviceKey,
    DEADZONE_ACTIONS_REPOSITORY: ops,
  };
  const cli: Hub['cli'] = (args, more = {}) => runCli(args, { ...more, env: { ...env, ...more.env } });
  return {
    ops,
    runs: () => sandbox.actions.of(sandbox.repository(ops)).runs,
    sandbox,
    env,
    cli,
    detached: async () => JSON.parse((await cli(['backfill', 'acme/big', '--remote', '--detach', '--json'])).stdout),
  };
}

/** What the store remembers of a request, or of the one whose id stands in a text. */
async function remembered(text: string): Promise<readonly Record<string, unknown>[]> {
  const requestId = /r[0-9a-f]{16}/.exec(text)?.[0] ?? 'none';
  return await hosted.sql`select * from progressive_capture_jobs where request_id = ${requestId}`;
}

const NO_STORE = { SUPABASE_URL: '', SUPABASE_SERVICE_KEY: '' };

const GOOD: RunScript = {
  jobs: [
    { name: 'Plan', steps: [{ name: 'Plan the chunks', ms: 300 }], log: 'planned\n' },
    {
      name: 'Worker 1',
      needs: ['Plan'],
      steps: [{ name: 'Capture chunks', ms: 300 }],
      log: '\u001b[32mgreen\u001b[0m\u001b[2J\n',
    },
  ],
};

const BAD: RunScript = {
  jobs: [
    { name: 'Plan', steps: [{ name: 'Plan the chunks', ms: 100 }] },
    {
      name: 'Worker \u001b[31m1',
      needs: ['Plan'],
      steps: [{ name: 'Capture chunks', ms: 200, conclusion: 'failure' }],
      log: '##[group]Run npx\nx\n##[endgroup]\nthe chunk broke\n##[error]Process completed with exit code 1.\nPost job cleanup.\n',
    },
  ],
};

/** Goes on for longer than any test. */
const ENDLESS: RunScript = { jobs: [{ name: 'Worker 1', steps: [{ name: 'Capture chunks', ms: 120_000 }] }] };

describe.concurrent('a pipeline on GitHub Actions', () => {
  test('is started once, watched to its verdict, and remembered', async () => {
    const { cli, runs } = await hub(GOOD);
    const { exitCode, stderr } = await cli(['backfill', 'acme/big', '--remote', '--workers', '4']);
    expect(stderr).toMatch(/watching: Backfill acme\/big r[0-9a-f]{16}, run \d+ of acme\/ops-\d+/);
    expect(stderr).toMatch(/succeeded: Plan, \d s/);
    expect(stderr).toContain('  | planned\n');
    expect(stderr).toMatch(/succeeded: Backfill acme\/big/);
    // A scripted run captures nothing: its success is not the backfill's.
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('The run succeeded, but the store has no backfill'),
    ]);
    const [row, ...others] = await remembered(stderr);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ status: 'completed', conclusion: 'success', run_attempt: 1, pipeline: 'backfill' });
    expect(row?.['inputs']).toMatchObject({ repository: 'acme/big', workers: '4', request_id: row?.['request_id'] });
    expect(runs()).toHaveLength(1);
  });

  test.each(['bare', 'enterprise'] as const)(
    'is found by its title where the answer does not name it (%s)',
    async (dispatchMode) => {
      const { detached, runs, ops } = await hub(GOOD, { actions: { dispatchMode, listDelayMs: 500 } });
      const result = await detached();
      expect(result).toMatchObject({ repository: ops, outcome: 'dispatched' });
      expect(await remembered(result.requestId)).toMatchObject([{ run_id: result.runId, status: 'dispatched' }]);
      expect(runs()).toHaveLength(1);
    },
  );

  test('that fails exits with 1 and leaves the end of the failed log, sanitised', async () => {
    const { cli } = await hub(BAD);
    const { exitCode, stderr } = await cli(['backfill', 'acme/big', '--remote']);
    expect(exitCode).toBe(1);
    const end = stderr.slice(stderr.lastIndexOf('failed: Worker 1, at step "Capture chunks", http'));
    expect(end).toContain('  | the chunk broke\n  | error: Process completed with exit code 1.\n');
    expect(end).not.toContain('Post job cleanup');
    expect(stderr).toMatch(/Next: capture-cli runs logs \d+ --failed/);
    expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(await remembered(stderr)).toMatchObject([{ status: 'failed', conclusion: 'failure' }]);
  });

  test('needs a hosted store, and says which two settings it lacks', async () => {
    const { cli, runs } = await hub(GOOD);
    const { exitCode, stderr } = await cli(['backfill', 'acme/big', '--remote'], { env: NO_STORE });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('set SUPABASE_URL');
    expect(stderr).toContain('set SUPABASE_SERVICE_KEY');
    expect(runs()).toEqual([]);
  });

  test('dry: prints the exact request, jobs, minutes and cost, and sends nothing', async () => {
    const { cli, sandbox, runs, ops } = await hub(GOOD);
    const { exitCode, stdout } = await cli(['backfill', 'acme/big', '--remote', '--workers', '4', '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`POST ${sandbox.apiUrl}/repos/${ops}/actions/workflows/${WORKFLOW}/dispatches`);
    expect(stdout).toContain('"return_run_details": true');
    expect(stdout).toContain('Would start 7 jobs, at most 1,380 runner minutes.');
    expect(stdout).toContain('Would cost 4 requests of the REST API to start.');
    expect(stdout).toMatch(/point/);
    expect(runs()).toEqual([]);
    expect(await remembered(stdout)).toEqual([]);
  });

  test('refuses flags that the workflow has no input for', async () => {
    const { cli } = await hub(GOOD);
    const { exitCode, stderr } = await cli(['backfill', 'acme/big', '--remote', '--max-chunks', '3', '--fresh']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--(max-chunks|fresh), --(max-chunks|fresh) cannot be used with --remote/);
  });

  test('says how to install its workflow where that is missing', async () => {
    const { cli } = await hub(GOOD);
    const { exitCode, stderr } = await cli(['backfill', 'acme/big', '--remote', '--dispatch-repo', 'acme/big']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('capture-cli workflows install')]);
  });
});

describe.concurrent('runs', () => {
  test('are watched by another process later, listed, and their logs printed by job', async () => {
    const { cli, detached, ops } = await hub(BAD);
    const { runId, requestId } = await detached();
    const watched = await cli(['runs', 'watch', runId, '--interval', '1', '--log-failed']);
    expect([watched.exitCode, watched.stdout]).toEqual([1, expect.stringContaining('Worker 1 | Post job cleanup.\n')]);
    expect(await remembered(requestId)).toMatchObject([{ status: 'failed' }]);
    const list = await cli(['runs', 'list']);
    expect(list.stdout).toMatch(new RegExp(`^${runId}  failed  Backfill acme/big ${requestId}  `));
    const failed = await cli(['runs', 'logs', runId, '--failed']);
    expect(failed.stdout).toMatch(/^Worker 1 \| ▸ Run npx\n/);
    const plan = await cli(['runs', 'logs', `https://github.com/${ops}/actions/runs/${runId}`, '--job', 'Plan']);
    expect(plan.stdout).toMatch(/^Plan \| /);
    const document = JSON.parse((await cli(['runs', 'logs', runId, '--job', 'Worker 1', '--json'])).stdout);
    expect(document.jobs).toMatchObject([
      { name: expect.stringContaining('Worker'), state: 'failed', lines: expect.arrayContaining(['the chunk broke']) },
    ]);
    const unknown = await cli(['runs', 'logs', runId, '--job', 'Nobody']);
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('Plan, Worker 1')]);
    const cancelled = await cli(['runs', 'cancel', runId]);
    expect([cancelled.exitCode, cancelled.stderr]).toEqual([2, expect.stringContaining('cannot be cancelled')]);
    expect(cancelled.stderr).not.toContain('--force');
  });

  test('of a repository that GitHub does not know are an error; what is let go is one event of --jsonl', async () => {
    const { cli, ops } = await hub(GOOD);
    const nowhere = await cli(['runs', 'list', '--dispatch-repo', 'acme/nowhere']);
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([2, expect.stringContaining('no repository acme/nowhere')]);
    const { stdout } = await cli(['backfill', 'acme/big', '--remote', '--detach', '--jsonl']);
    const { event, result } = JSON.parse(stdout);
    expect([event, result]).toMatchObject(['command.finished', { repository: ops, outcome: 'dispatched' }]);
  });

  test('that are cancelled end as such', async () => {
    const { cli, detached } = await hub(ENDLESS);
    const { runId, requestId } = await detached();
    expect((await cli(['runs', 'cancel', runId])).exitCode).toBe(0);
    const { exitCode, stderr } = await cli(['runs', 'watch', runId, '--interval', '1']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('cancelled: Backfill acme/big')]);
    expect(await remembered(requestId)).toMatchObject([{ status: 'cancelled' }]);
  });

  test('are watched without any store, and --no-exit-status ends with 0', async () => {
    const { cli, sandbox, ops } = await hub(GOOD);
    const id = String(sandbox.actions.addRun(ops, { ...BAD, workflow: WORKFLOW }));
    expect((await cli(['runs', 'watch', id], { env: NO_STORE })).exitCode).toBe(1);
    expect((await cli(['runs', 'watch', id, '--no-exit-status'], { env: NO_STORE })).exitCode).toBe(0);
  });

  test('that are continued are followed to the last one, whose verdict counts; --no-follow ends with the first', async () => {
    const { cli, sandbox, ops } = await hub(GOOD);
    const first = sandbox.actions.addRun(ops, { ...BAD, workflow: WORKFLOW });
    const displayTitle = `Backfill acme/big c${first}-1`;
    const second = sandbox.actions.addRun(ops, { ...GOOD, workflow: WORKFLOW, displayTitle });
    sandbox.actions.addRun(ops, { ...BAD, workflow: WORKFLOW, displayTitle: 'Backfill acme/other r0123456789abcdef' });
    const followed = await cli(['runs', 'watch', String(first), '--interval', '1'], { env: NO_STORE });
    expect([followed.exitCode, followed.stderr]).toEqual([
      0,
      expect.stringContaining(`continues: what is left is for run ${second}, http`),
    ]);
    expect(followed.stderr).toContain('failed: Worker 1, at step "Capture chunks"');
    const alone = await cli(['runs', 'watch', String(first), '--no-follow'], { env: NO_STORE });
    expect(alone.exitCode).toBe(1);
  });

  test("may be deleted, run again or lose their watcher's token while GitHub's clock is an hour ahead", async () => {
    const { cli, sandbox, ops } = await hub(GOOD, { clockSkewMs: 3_600_000 });
    const job = (ms: number, conclusion: 'success' | 'failure') => ({
      jobs: [{ name: 'Worker 1', steps: [{ name: 'Capture chunks', ms, conclusion }] }],
    });
    const watched = (script: RunScript, env = {}) => {
      const id = sandbox.actions.addRun(ops, { ...script, workflow: WORKFLOW });
      return { id, ended: cli(['runs', 'watch', String(id), '--interval', '1'], { env: { ...NO_STORE, ...env } }) };
    };
    const deleted = watched(job(60_000, 'success'));
    const again = watched({ ...job(12_000, 'failure'), attempts: [job(2_500, 'success')], rerunAfterMs: [0] });
    const token = 'ghp_shortLived0123456789abcdefghijklmnopq';
    const expired = watched(job(60_000, 'success'), { GITHUB_TOKEN: token });
    const isPolled = ({ id }: typeof deleted) =>
      sandbox.ledger.entries().some(({ target }) => target.includes(`/runs/${id}/jobs`));
    while (!isPolled(expired) || !isPolled(deleted)) await delay(100);
    sandbox.tokens.expire(token);
    const { runs } = sandbox.actions.of(sandbox.repository(ops));
    runs.splice(
      runs.findIndex(({ id }) => id === deleted.id),
      1,
    );

    const [gone, rerun, refused] = await Promise.all([deleted.ended, again.ended, expired.ended]);
    expect([gone.exitCode, gone.stderr]).toEqual([1, expect.stringContaining('was deleted while it was watched')]);
    expect([rerun.exitCode, rerun.stderr]).toEqual([0, expect.stringMatching(/run: attempt 2: running/)]);
    expect(rerun.stderr).toMatch(/succeeded: Worker 1, [23] s/);
    expect(rerun.stderr).toMatch(/took: [23] s;/);
    expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining(`runs watch ${expired.id}`)]);
  });

  test('have logs of 50 MB, which are read in bounded memory', async () => {
    const { cli, sandbox, ops } = await hub(GOOD);
    const bytes = 50 * 1_048_576;
    const id = sandbox.actions.addRun(ops, {
      workflow: WORKFLOW,
      jobs: [{ name: 'Worker 1', steps: [{ name: 'Capture', ms: 10 }], log: { bytes } }],
    });
    const args = ['runs', 'watch', String(id), '--jsonl'];
    const { exitCode, stdout } = await cli(args, { nodeArgs: ['--max-old-space-size=64'], env: NO_STORE });
    expect(exitCode).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.find(({ event }) => event === 'log.read').bytes).toBeGreaterThanOrEqual(bytes);
  });

  test('on a terminal are followed in one view; Ctrl-C detaches at once, cancels nothing, and prints how to come back', async () => {
    const { env, sandbox, ops } = await hub(ENDLESS);
    const first = sandbox.actions.addRun(ops, { ...GOOD, workflow: WORKFLOW });
    const displayTitle = `Backfill acme/big c${first}-1`;
    const second = sandbox.actions.addRun(ops, { ...ENDLESS, workflow: WORKFLOW, displayTitle });
    const home = await temporaryDirectory();
    const terminal = openTerminal({
      file: process.execPath,
      args: [join(PROJECT_ROOT, 'bin', 'run.js'), 'runs', 'watch', String(first), '--interval', '1', '--compact'],
      env: { ...cleanEnvironment(home.path), ...env },
      cwd: home.path,
      columns: 120,
      rows: 30,
    });
    try {
      await terminal.waitFor(
        new RegExp(`run ${second} of .* is running: 1 running\\s+running +Worker 1 +\\d+ s`),
        30_000,
      );
      expect(terminal.text()).toContain(`continues: what is left is for run ${second}, http`);
      terminal.write('\u0003');
      const { exitCode } = await terminal.exited;
      expect(exitCode).toBe(130);
      const text = terminal.text().replaceAll(/\s+/g, ' ');
      const back = `Detached: run ${second} goes on. Come back with: capture-cli runs watch ${second}`;
      expect(text).toContain(back);
      expect(sandbox.actions.stateOf(second).conclusion).toBeNull();
    } finally {
      await terminal.close();
      await home.remove();
    }
  });
});

test('the run that was started last is followed with --last', async () => {
  const { cli, detached } = await hub(GOOD);
  const { runId } = await detached();
  const lost = await cli(['runs', 'watch', '--last'], { env: { SUPABASE_SERVICE_KEY: 'wrong' } });
  expect([lost.exitCode, lost.stderr]).toEqual([4, expect.stringContaining('is not a Supabase key')]);
  const { stdout } = await cli(['runs', 'watch', '--last', '--json', '--interval', '1']);
  expect(JSON.parse(stdout)).toMatchObject({ runId, run: { state: 'succeeded', jobs: { succeeded: 2 } } });
});
