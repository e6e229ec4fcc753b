import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunScript } from '../sandbox/actions/run-script.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type CliResult, cleanEnvironment, PROJECT_ROOT, runCli } from '../support/cli.ts';
import { type HostedPostgres, startHostedPostgres } from '../support/hosted-postgres.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';

const REPOSITORY = 'pytorch/pytorch';

let checkout: TemporaryDirectory;
let sandbox: Sandbox;
let hosted: HostedPostgres;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  [checkout, sandbox, hosted] = await Promise.all([
    temporaryDirectory(),
    startSandbox({
      repositories: [
        { owner: 'pytorch', name: 'pytorch', prs: 40 },
        { owner: 'acme', name: 'jobs', prs: 0 },
      ],
      latency: 'github',
      latencyFactor: 0.05,
    }),
    startHostedPostgres(),
  ]);
  const secrets = { SUPABASE_URL: hosted.url, SUPABASE_SERVICE_KEY: hosted.serviceKey };
  sandbox.actions.hostWorkflows('acme/jobs', join(PROJECT_ROOT, '.github', 'workflows'), { secrets });
  await mkdir(join(checkout.path, '.git'));
  await writeFile(join(checkout.path, '.deadzonerc'), 'actions: { repository: acme/jobs }');
  env = {
    GITHUB_TOKEN: 'ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8',
    GITHUB_API_URL: sandbox.apiUrl,
    GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
    SUPABASE_URL: hosted.url,
    SUPABASE_SERVICE_KEY: hosted.serviceKey,
    DEADZONE_BACKFILL_LEASE_SECONDS: '2',
  };
});

afterAll(async () => {
  await Promise.all([checkout?.remove(), sandbox?.close(), hosted?.close()]);
});

const cli = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: checkout.path, env });

/** The calls in the numbered steps of a runbook, in order. */
async function callsOf(page: string): Promise<readonly string[]> {
  const text = await readFile(join(PROJECT_ROOT, 'docs', 'runbooks', page), 'utf8');
  const blocks = [...text.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.split('\n').map((line) => line.trim())).filter(Boolean);
}

/** Captures until the first chunk is stored, and dies without a word, as a worker whose runner is lost. */
async function loseWorker(): Promise<void> {
  const run = join(PROJECT_ROOT, 'bin', 'run.js');
  const worker = execa(process.execPath, [run, 'backfill', REPOSITORY, '--chunk-size', '5', '--jsonl'], {
    cwd: checkout.path,
    env: { ...cleanEnvironment(checkout.path), ...env },
    extendEnv: false,
    reject: false,
  });
  for await (const line of worker) if (line.includes('"event":"chunk.committed"')) break;
  worker.kill('SIGKILL');
  await worker;
}

/** A run of which one worker has failed and one hangs. */
const STUCK: RunScript = {
  workflow: 'progressive-backfill.yml',
  jobs: [
    { name: 'Worker 1', steps: [{ name: 'Capture chunks', conclusion: 'failure' }], log: 'the runner was lost\n' },
    { name: 'Worker 2', steps: [{ name: 'Capture chunks', ms: 3_600_000 }] },
  ],
};

test('the commands of the runbook bring a stuck backfill to its verified end', async () => {
  await cli('workflows', 'install');
  await loseWorker();
  const run = String(sandbox.actions.addRun('acme/jobs', STUCK));
  expect((await cli('backfill', 'status', REPOSITORY)).stdout).toContain('not finished, nobody works on it');

  const calls = await callsOf('stuck-backfill.md');
  expect(calls.length).toBeGreaterThanOrEqual(10);
  const ended: Record<string, CliResult> = {};
  for (const call of calls) {
    const [program, ...words] = call.replace('16234567890', run).split(/\s+/);
    expect(program).toBe('capture-cli');
    ended[call] = await cli(...words);
  }
  expect(ended).toEqual(Object.fromEntries(calls.map((call) => [call, expect.objectContaining({ exitCode: 0 })])));
  expect(ended['capture-cli runs list']?.stdout).toContain(run);
  expect(ended['capture-cli runs logs 16234567890 --failed']?.stdout).toContain('the runner was lost');
  expect((await cli('backfill', 'status', REPOSITORY)).stdout).toContain('completed, 40 of 40 pull requests');
});
