import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type DocsHost, startDocsHost } from '../sandbox/docs-host.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type CliResult, PROJECT_ROOT, runCli } from '../support/cli.ts';
import { type EmbeddingsServer, startEmbeddingsServer } from '../support/embeddings-server.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';

const REPOSITORY = 'acme/pack';
const TAG = 'v0.8.0';
const MANIFEST = 'artifacts/manifest.yaml';

const page = (name: string): string => `# ${name}\n\nAbout ${name}.\n\n## Use\n\nUse ${name} with care.\n`;

let folder: TemporaryDirectory;
let docs: DocsHost;
let embeddings: EmbeddingsServer;
let sandbox: Sandbox;

beforeAll(async () => {
  [folder, docs, embeddings] = await Promise.all([
    temporaryDirectory(),
    startDocsHost({
      pages: { '/v1/rocket.md': page('Rocket 1'), '/v2/rocket.md': page('Rocket 2'), '/snake.md': page('Snake') },
    }),
    startEmbeddingsServer(),
  ]);
  sandbox = await startSandbox({
    repositories: [{ owner: 'acme', name: 'pack', prs: 0 }],
    actions: { runners: 2, env: { ...embeddings.env, DEADZONE_DOCS_ALLOW_PRIVATE_HOSTS: docs.host } },
  });
  const libraries = [
    {
      lib_id: '/acme/rocket',
      kind: 'github-md',
      urls: [`${docs.url}/{ref}/rocket.md`],
      versions: { '1.0': { ref: 'v1' }, '2.0': { ref: 'v2' } },
    },
    { lib_id: '/acme/snake', kind: 'github-md', urls: [`${docs.url}/snake.md`] },
  ];
  const registry = stringify({ libraries });
  await writeFile(join(folder.path, 'libraries_sources.yaml'), registry);
  sandbox.actions.hostWorkflows(REPOSITORY, join(PROJECT_ROOT, '.github', 'workflows'), {
    files: { 'libraries_sources.yaml': registry, 'README.md': 'The pack\n' },
  });
});

afterAll(async () => {
  await sandbox?.close();
  await Promise.all([docs?.close(), embeddings?.close(), folder?.remove()]);
});

function cli(...args: readonly string[]): Promise<CliResult> {
  return runCli(args, {
    cwd: folder.path,
    timeout: 55_000,
    env: {
      GITHUB_API_URL: sandbox.apiUrl,
      GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
      GITHUB_TOKEN: 'ghp_operator0123456789abcdefghijklmnopqrs',
      GITHUB_REPOSITORY: REPOSITORY,
    },
  });
}

const hosted = () => sandbox.actions.of(sandbox.repository(REPOSITORY));
const lastRun = () => hosted().runs.at(-1)?.id ?? 0;
const summaryOf = (job: string) => sandbox.actions.liveJob(lastRun(), job)?.summaries.join('') ?? '';

/** Conclusions of the jobs of the last run, by their names. */
function conclusions(): Readonly<Record<string, string | null>> {
  return Object.fromEntries(sandbox.actions.stateOf(lastRun()).jobs.map(({ name, conclusion }) => [name, conclusion]));
}

function summary(...statuses: readonly string[]): string {
  const [one, two, snake] = statuses;
  const count = (status: string) => statuses.filter((each) => each === status).length;
  return `## scrape-pack summary

Release tag: \`${TAG}\`

| lib | version | status |
|---|---|---|
| \`/acme/rocket\` | \`1.0\` | ${one} |
| \`/acme/rocket\` | \`2.0\` | ${two} |
| \`/acme/snake\` | \`-\` | ${snake} |

**Totals:** ${count('scraped')} scraped, ${count('cached')} cached, ${count('failed')} failed
`;
}

// Each test goes on with the caches that the one before left.

test('a library that fails leaves the others in the cache and in a database, and keeps a tag from being released', async () => {
  docs.remove('/snake.md');
  sandbox.releases.publish(sandbox.repository(REPOSITORY), TAG);
  const { exitCode, stderr } = await cli('dbrelease', '--tag', TAG, '--remote');
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('failed: Batch 0 / /acme/snake'),
  });
  expect(summaryOf('Consolidate')).toBe(summary('scraped', 'scraped', 'failed'));
  expect(conclusions()).toMatchObject({
    'Batch 0 / /acme/rocket 1.0': 'success',
    Consolidate: 'failure',
    Release: 'skipped',
  });
  expect(
    hosted()
      .artifacts.ofRun(lastRun())
      .map(({ name }) => name),
  ).toContain('deadzone-db');
});

test('one library is scraped alone once it can be had', async () => {
  docs.put('/snake.md', page('Snake'));
  docs.forget();
  const { exitCode, stderr } = await cli('scrape', '/acme/snake', '--remote');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(docs.requests.map(({ path }) => path)).toEqual(['/snake.md']);
  expect(
    summaryOf('Consolidate'),
  ).toContain(`Release tag: _(none — consolidated cache only)_\n\n| lib | version | status |
|---|---|---|
| \`/acme/snake\` | \`-\` | scraped |

**Totals:** 1 scraped, 0 cached, 0 failed\n`);
});

test('then a tag is released from the cache alone, and its manifest committed on top of what was pushed meanwhile', async () => {
  const repository = sandbox.repository(REPOSITORY);
  sandbox.releases.onWrite = ({ kind }) => {
    if (kind === 'rename') hosted().files.commit('main', new Map([['README.md', Buffer.from('A push in between\n')]]));
    return undefined;
  };
  docs.forget();
  const { exitCode, stderr } = await cli('dbrelease', '--tag', TAG, '--remote');
  sandbox.releases.onWrite = undefined;
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(docs.requests).toEqual([]);
  expect(hosted().runs.at(-1)?.displayTitle).toMatch(/^scrape-pack \(v0\.8\.0\) r[0-9a-f]{16}$/);
  expect(summaryOf('Consolidate')).toBe(summary('cached', 'cached', 'cached'));
  const [release] = sandbox.releases.of(repository);
  expect(release?.assets.map(({ name }) => name).sort()).toEqual(['deadzone.db', 'deadzone.db.sha256']);
  const head = hosted().files.head();
  expect(head.message).toBe(`chore(release): update manifest for ${TAG}`);
  expect(head.files.get('README.md')?.toString()).toBe('A push in between\n');
  expect(head.files.get(MANIFEST)?.toString()).toMatch(/^release:\n {4}tag: v0\.8\.0\n[\s\S]* {4}lib_count: 3\n/);
  expect(head.files.get('docs/coverage.md')?.toString()).toContain('| /acme/snake |  | 2 |');
});

test('a changed page of a library in the cache is scraped by force, and that one alone', async () => {
  docs.put('/snake.md', page('Viper'));
  docs.forget();
  const inputs = { lib: '/acme/snake', force: 'true' };
  await sandbox.actions.settled(sandbox.actions.trigger(REPOSITORY, 'scrape-pack.yml', 'workflow_dispatch', inputs));
  expect(conclusions()).toMatchObject({ Forget: 'success', 'Batch 0 / /acme/snake': 'success' });
  expect(docs.requests.map(({ path }) => path)).toEqual(['/snake.md']);
  expect(hosted().caches.list(Date.now())).toHaveLength(3);
});

test('the keep-alive reads every library, those without versions too, and counts right', async () => {
  await sandbox.actions.settled(sandbox.actions.trigger(REPOSITORY, 'cache-keepalive.yml'));
  expect(conclusions()).toMatchObject({ 'Batch 0 / /acme/snake': 'success', Report: 'success' });
  expect(summaryOf('Report')).toContain('| `/acme/snake` | `-` | hit |\n\n**Totals:** 3 hit, 0 miss\n');
  hosted().caches.evict(({ key }) => key.startsWith('artifact-acme_rocket_1.0-'));
  await sandbox.actions.settled(sandbox.actions.trigger(REPOSITORY, 'cache-keepalive.yml', 'workflow_dispatch'));
  expect(summaryOf('Report')).toContain('| `/acme/rocket` | `1.0` | miss |\n');
  expect(summaryOf('Report')).toContain('**Totals:** 2 hit, 1 miss\n');
});

test('the release of one library is refused in the first job, and made when a reason is given', async () => {
  const inputs = { lib: '/acme/snake', tag: TAG };
  await sandbox.actions.settled(sandbox.actions.trigger(REPOSITORY, 'scrape-pack.yml', 'workflow_dispatch', inputs));
  expect(conclusions()).toMatchObject({ Expand: 'failure', Consolidate: 'skipped', Release: 'skipped' });
  expect(sandbox.actions.liveJob(lastRun(), 'Expand')?.log.toString()).toContain(
    `the release ${TAG} would hold /acme/snake only`,
  );

  const repository = sandbox.repository(REPOSITORY);
  const forced = { ...inputs, tag: 'v0.9.0', allow_partial: 'the others are frozen', max_shrink: '100' };
  sandbox.releases.publish(repository, forced.tag);
  await sandbox.actions.settled(sandbox.actions.trigger(REPOSITORY, 'scrape-pack.yml', 'workflow_dispatch', forced));
  expect(conclusions()).toMatchObject({ Consolidate: 'success', Release: 'success' });
  expect(sandbox.releases.of(repository).at(-1)?.assets).toHaveLength(2);
});

test('what a runner cannot be told is refused before anything is sent, and --dry-run sends nothing', async () => {
  const before = hosted().runs.length;
  const refused = await cli('scrape', '--remote', '--check-urls', '--max-shrink', '10');
  expect(refused).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--check-urls, --max-shrink cannot be used with --remote'),
  });
  const { exitCode, stdout } = await cli(
    'scrape',
    '/acme/rocket',
    '--version',
    '1.0',
    '--force',
    '--remote',
    '--dry-run',
    '--json',
  );
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    request: { body: { inputs: { lib: '/acme/rocket/1.0', force: 'true', max_shrink: '5' } } },
    jobs: 4,
    requests: 4,
  });
  expect(hosted().runs).toHaveLength(before);
  const unreleased = await cli('pack', 'commit-manifest', '--tag', TAG, '--branch', 'main', '--base', 'HEAD');
  expect(unreleased).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`is of no release, not of ${TAG}`) });
});
