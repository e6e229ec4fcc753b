import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type CliResult, PROJECT_ROOT } from '../support/cli.ts';
import { type DocsRig, startDocsRig } from '../support/docs-rig.ts';
import { writePackDatabase } from '../support/pack-database.ts';

const PAGE = '/grafana/panels.md';

let rig: DocsRig;
let sandbox: Sandbox;
let run: string;

beforeAll(async () => {
  [rig, sandbox] = await Promise.all([
    startDocsRig({ '/loki/logs.md': '# Logs\n\nQuery them.\n' }),
    startSandbox({ repositories: [{ owner: 'acme', name: 'pack', prs: 0 }] }),
  ]);
  await rig.writeRegistry([
    { lib_id: '/grafana/grafana', urls: [PAGE] },
    { lib_id: '/grafana/loki', urls: ['/loki/logs.md'] },
  ]);
  sandbox.actions.hostWorkflows('acme/pack', join(PROJECT_ROOT, '.github', 'workflows'));
  // What the workflow does is proven elsewhere: here it succeeds.
  sandbox.actions.scriptDispatches('acme/pack', 'scrape-pack.yml', { jobs: [{ name: 'Consolidate' }] });
  const failed = { name: 'Batch 0 / /grafana/grafana', conclusion: 'failure', log: 'HTTP 404 Not Found\n' } as const;
  run = String(sandbox.actions.addRun('acme/pack', { workflow: 'scrape-pack.yml', jobs: [failed] }));
});

afterAll(async () => {
  await Promise.all([rig?.close(), sandbox?.close()]);
});

/** The calls in the numbered steps of a runbook, in order. */
async function callsOf(page: string): Promise<readonly string[]> {
  const text = await readFile(join(PROJECT_ROOT, 'docs', 'runbooks', page), 'utf8');
  const blocks = [...text.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.split('\n').map((line) => line.trim())).filter(Boolean);
}

/** Types a call of a runbook, which may have words in quotation marks. */
async function type(call: string): Promise<CliResult> {
  const words = [...call.replace('16234567890', run).matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, word]) => quoted ?? word,
  );
  const [program, ...args] = words.map(String);
  expect(program).toBe('capture-cli');
  return await rig.run(args, {
    GITHUB_API_URL: sandbox.apiUrl,
    GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
    GITHUB_REPOSITORY: 'acme/pack',
  });
}

test('the commands of the runbook find why a library failed, and bring it into the pack', async () => {
  const calls = await callsOf('library-failed.md');
  const ended: Record<string, CliResult> = {};
  for (const call of calls) {
    if (call.startsWith('capture-cli list')) rig.host.put(PAGE, '# Panels\n\nAdd a panel by its button.\n');
    ended[call] = await type(call);
  }
  const check = 'capture-cli scrape /grafana/grafana --check-urls';
  const exits = Object.fromEntries(
    calls.map((call) => [call, expect.objectContaining({ exitCode: call === check ? 68 : 0 })]),
  );
  expect(ended).toEqual(exits);
  expect(ended['capture-cli runs logs 16234567890 --failed']?.stdout).toContain('HTTP 404 Not Found');
  expect(ended[check]?.stderr).toContain(PAGE);
  expect(ended['capture-cli search "how do I add a panel" --lib /grafana/grafana']?.stdout).toContain(
    'Add a panel by its button',
  );
});

test('a database may lack a library when somebody says why', async () => {
  const folder = ['--artifacts', 'partial', '--db', 'partial.db'];
  await rig.run(['scrape', '/grafana/loki', '--artifacts', 'partial']);
  expect(await rig.run(['consolidate', ...folder])).toMatchObject({ exitCode: 68 });
  const allowed = await rig.run(['consolidate', ...folder, '--allow-partial', 'grafana.com is down']);
  expect(allowed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('allowed: grafana.com is down') });
  expect(await rig.run(['consolidate', ...folder, '--lib', '/grafana/loki'])).toMatchObject({
    exitCode: 0,
  });
});

test('the commands of the runbook put the right database in the place of the wrong one', async () => {
  const repository = sandbox.repository('acme/pack');
  const wrong = join(rig.folder, 'wrong.db');
  writePackDatabase(wrong, { '/somebody/else': 1 });
  sandbox.releases.publish(repository, 'v0.8.0', { 'deadzone.db': await readFile(wrong) });
  const calls = await callsOf('wrong-database.md');
  const ended: Record<string, CliResult> = {};
  for (const call of calls) ended[call] = await type(call);
  expect(ended).toEqual(Object.fromEntries(calls.map((call) => [call, expect.objectContaining({ exitCode: 0 })])));
  const [release] = sandbox.releases.of(repository);
  const published = release?.assets.find(({ name }) => name === 'deadzone.db')?.content;
  expect(published).toEqual(await readFile(join(rig.folder, 'deadzone.db')));
});
