import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InstallsCache } from '../../src/lib/installs/cache/cache-file.ts';
import { type CountersHost, startCountersHost } from '../sandbox/counters-host.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { brokenHistory, NEW_DAY } from '../support/broken-history.ts';
import { type CliResult, PROJECT_ROOT, runCli } from '../support/cli.ts';
import { daysAgo, lately } from '../support/installs-rig.ts';

const REPOSITORY = 'acme/website';
const CACHE = 'installs-cache.json';
const BRANCH = 'capture-cli/installs-cache';

let counters: CountersHost;
let sandbox: Sandbox;

beforeEach(async () => {
  counters = await startCountersHost({ npm: { acme: lately(20, 30) } });
  sandbox = await startSandbox({
    repositories: ['website', 'docs', 'server'].map((name, index) => ({ owner: 'acme', name, prs: 0, seed: index })),
    actions: { env: counters.env },
  });
  sandbox.actions.hostWorkflows(REPOSITORY, join(PROJECT_ROOT, '.github', 'workflows'), {
    secrets: { CAPTURE_GITHUB_TOKEN: 'ghp_owner0123456789abcdefghijklmnopqrstuv' },
    files: {
      '.deadzonerc': JSON.stringify({
        installs: { npm: ['acme'], organization: 'acme', repositories: ['docs', 'server'] },
      }),
    },
  });
  for (const name of ['docs', 'server'] as const) clones(name, lately(999, NEW_DAY[name]));
  for (const { content, message } of brokenHistory()) {
    hosted().files.commit('main', new Map([[CACHE, content === null ? null : Buffer.from(content)]]), message);
  }
});

afterEach(async () => {
  await sandbox?.close();
  await counters?.close();
});

const hosted = () => sandbox.actions.of(sandbox.repository(REPOSITORY));
const clones = (name: string, days: Readonly<Record<string, number>>) =>
  sandbox.traffic.set(sandbox.repository(`acme/${name}`), 'clones', days);
const proposed = (): InstallsCache =>
  JSON.parse(hosted().files.at(BRANCH)?.files.get(CACHE)?.toString() ?? 'null') as InstallsCache;

function cli(...args: readonly string[]): Promise<CliResult> {
  return runCli(args, {
    timeout: 55_000,
    env: {
      GITHUB_API_URL: sandbox.apiUrl,
      GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
      GITHUB_TOKEN: 'ghp_operator0123456789abcdefghijklmnopqrs',
      GITHUB_REPOSITORY: REPOSITORY,
    },
  });
}

/** The daily run. */
async function refresh(): Promise<void> {
  const run = sandbox.actions.trigger(REPOSITORY, 'installs-cache.yml');
  await sandbox.actions.settled(run);
  expect(sandbox.actions.stateOf(run).conclusion).toBe('success');
}

test('a reseed on the runner is proposed by one pull request, which rolls on; no news proposes nothing', async () => {
  const reseeded = await cli('cache', 'reseed', '--remote');
  expect(reseeded, reseeded.stderr + reseeded.stdout).toMatchObject({ exitCode: 0 });
  expect(hosted().runs.at(-1)?.displayTitle).toMatch(/^installs-cache \(reseed\) r[0-9a-f]{16}$/);
  expect(proposed()).toMatchObject({ clones: 37_701, total: 8_109 });
  const [opened, ...others] = hosted().proposals;
  expect([opened, others]).toMatchObject([
    { base: 'main', title: 'Installs cache: 8,109 installs, 37,701 clones' },
    [],
  ]);

  // Merged. Then a day without news, and one with.
  const merged = hosted().files.at(BRANCH);
  hosted().files.commit('main', new Map(merged?.files), 'merged');
  for (const each of hosted().proposals) each.state = 'closed';
  await refresh();
  expect(hosted().runs.at(-1)?.displayTitle).toBe('installs-cache (refresh)');
  expect(hosted().files.at(BRANCH)).toBe(merged);

  clones('docs', { [daysAgo(1)]: NEW_DAY.docs + 5 });
  await refresh();
  expect([proposed().clones, hosted().proposals.length]).toEqual([37_706, 2]);
  // Not merged yet: the next run starts from main again, and GitHub has forgotten the correction by then.
  clones('docs', { [daysAgo(1)]: 0 });
  clones('server', { [daysAgo(1)]: NEW_DAY.server + 1 });
  await refresh();
  expect([proposed().clones, hosted().proposals.length]).toEqual([37_707, 2]);
});
