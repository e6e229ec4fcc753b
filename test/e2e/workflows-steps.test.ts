import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { cleanEnvironment, PROJECT_ROOT } from '../support/cli.ts';
import { type HostedPostgres, startHostedPostgres } from '../support/hosted-postgres.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';

const workflowShape = z.object({
  jobs: z.record(z.string(), z.object({ steps: z.array(z.object({ run: z.string().optional() })) })),
});

let folder: TemporaryDirectory;
let sandbox: Sandbox;
let hosted: HostedPostgres;
let scripts: Readonly<Record<string, string>>;

beforeAll(async () => {
  [folder, sandbox, hosted] = await Promise.all([
    temporaryDirectory(),
    startSandbox({ repositories: [{ owner: 'acme', name: 'big', prs: 30 }] }),
    startHostedPostgres(),
  ]);
  const text = await readFile(join(PROJECT_ROOT, '.github', 'workflows', 'progressive-backfill.yml'), 'utf8');
  const { jobs } = workflowShape.parse(parse(text));
  scripts = Object.fromEntries(
    Object.entries(jobs).map(([id, { steps }]) => [id, steps.flatMap(({ run }) => run ?? []).join('\n')]),
  );
  // An npx that has this build: `npx --yes capture-cli@1.2.3 …`.
  const npx = join(folder.path, 'npx');
  const program = join(PROJECT_ROOT, 'bin', 'run.js');
  await writeFile(npx, `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${program}" "$@"\n`);
  await chmod(npx, 0o755);
});

afterAll(async () => {
  await Promise.all([folder?.remove(), sandbox?.close(), hosted?.close()]);
});

const runJob = (id: string, more: Readonly<Record<string, string>> = {}) => runScript(scripts[id] ?? 'exit 99', more);

/** Runs a script as a runner does, in a job of a scheduled run. */
async function runScript(script: string, more: Readonly<Record<string, string>> = {}) {
  const output = join(folder.path, 'output');
  const summary = join(folder.path, 'summary');
  await Promise.all([writeFile(output, ''), writeFile(summary, '')]);
  const clean = cleanEnvironment(folder.path);
  const { exitCode, stderr } = await execa('bash', ['-eo', 'pipefail', '-c', script], {
    cwd: folder.path,
    env: {
      ...clean,
      PATH: `${folder.path}:${clean['PATH']}`,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_TOKEN: 'ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8',
      GITHUB_API_URL: sandbox.apiUrl,
      GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
      DEADZONE_APP_ID: '',
      SUPABASE_URL: hosted.url,
      SUPABASE_SERVICE_KEY: hosted.serviceKey,
      REPOSITORY: 'acme/big',
      WORKERS: '3',
      CHUNK_SIZE: '5',
      MAX_MINUTES: '300',
      KINDS: '',
      SINCE: '',
      GENERATION: '0',
      ...more,
    },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
  const [outputs, markdown] = await Promise.all([readFile(output, 'utf8'), readFile(summary, 'utf8')]);
  return { exitCode, stderr, outputs, markdown };
}

test('the steps of the backfill workflow plan, capture and verify, one after the other', async () => {
  const plan = await runJob('plan');
  expect({ exitCode: plan.exitCode, stderr: plan.stderr }).toMatchObject({ exitCode: 0 });
  expect(plan.outputs).toMatch(/^workers=\[1,2,3\]\nchunks=\d+\nsince=\n$/);

  const unfinished = await runJob('verify');
  expect(unfinished.exitCode).toBe(68);
  expect(unfinished.markdown).toMatch(/^## Backfill of acme\/big: \d+ gaps\n[\s\S]*- \\#30: /);

  const work = await runJob('work');
  expect({ exitCode: work.exitCode, stderr: work.stderr }).toMatchObject({ exitCode: 0 });

  const verified = await runJob('verify');
  expect(verified.exitCode).toBe(0);
  expect(verified.markdown).toContain('## Backfill of acme/big: verified\n');
  expect(verified.markdown).toContain('| pull requests | 30 |\n');
});

test('days back are counted once: the plan tells the workers the time', async () => {
  const { exitCode, outputs } = await runJob('plan', { SINCE: '3000d' });
  expect(exitCode).toBe(0);
  expect(outputs).toMatch(/\nsince=\d{4}-\d\d-\d\dT00:00:00\.000Z\n$/);
});

test('a pause is no failure of a job and plans no workers, and a worker that GitHub refuses has', async () => {
  sandbox.mutate({ kind: 'append', repository: 'acme/big', count: 12 });
  expect((await runJob('plan')).exitCode).toBe(0);
  expect((await runJob('work', { GITHUB_TOKEN: 'not-a-token' })).exitCode).toBe(4);
  const pause = await runScript('npx --yes capture-cli backfill pause acme/big');
  expect({ exitCode: pause.exitCode, stderr: pause.stderr }).toMatchObject({ exitCode: 0 });
  for (const job of ['work', 'plan']) {
    const paused = await runJob(job);
    expect(paused).toMatchObject({ exitCode: 0, outputs: '', stderr: expect.stringContaining('was paused by a user') });
  }
});
