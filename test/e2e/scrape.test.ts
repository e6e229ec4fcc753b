import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeArtifact } from '../../src/lib/docs/artifact/write-artifact.ts';
import { loadRegistry } from '../../src/lib/docs/registry/registry.ts';
import type { UrlCheck } from '../../src/lib/docs/scrape/check-urls.ts';
import type { ScrapeResult } from '../../src/lib/docs/scrape/inputs.ts';
import { startAgentServer } from '../lib/docs/parse/agent/agent-server.ts';
import type { CliResult } from '../support/cli.ts';
import { GITHUB_TOKEN } from '../support/cli-rig.ts';
import { type DocsRig, type RigLibrary, startDocsRig } from '../support/docs-rig.ts';

const LIBRARIES: readonly RigLibrary[] = [
  {
    lib_id: '/acme/rocket',
    description: 'Rockets',
    urls: ['/rocket/{ref}/intro.md', '/rocket/{ref}/guide.md', '/rocket/{ref}/api.md'],
    versions: { '1.0': { ref: 'v1' }, '2.0': { ref: 'v2' } },
  },
  { lib_id: '/acme/snake', kind: 'github-rst', urls: ['/snake/index.rst'] },
  { lib_id: '/acme/single', urls: ['/single/readme.md'] },
  { lib_id: '/golang/go/hello', kind: 'godoc', ref: 'go1', urls: ['/repos/golang/go/contents/src/hello?ref={ref}'] },
  { lib_id: '/golang/go/hidden', kind: 'godoc', ref: 'go1', urls: ['/repos/golang/go/contents/src/hidden?ref={ref}'] },
];

const PAGES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['v1', 'v2'].flatMap((ref) => rocketPages(ref))),
  '/snake/index.rst': 'Snake\n=====\n\nIt bites.\n\nUse\n---\n\nCarefully.\n',
  '/single/readme.md': '# Single\n\nOne page.\n',
  '/golang/go/go1/src/hello/hello.go':
    '// Package hello greets.\npackage hello\n\n// Greet says hello.\nfunc Greet(name string) string { return name }\n',
  '/golang/go/go1/src/hello/hello_test.go': 'package hello\n',
  '/golang/go/go1/src/hidden/hidden.go': 'package hidden\n\nfunc secret() {}\n',
};

/** Three pages with a preamble and two sections each. */
function rocketPages(ref: string): readonly (readonly [string, string])[] {
  return ['intro', 'guide', 'api'].map((page) => [`/rocket/${ref}/${page}.md`, rocketPage(ref, page)]);
}

function rocketPage(ref: string, page: string, use = `Use the ${page} of ${ref}.`): string {
  return `# Rocket ${page}\n\nAbout ${ref}.\n\n## Install ${page}\n\nnpm install rocket@${ref}\n\n## Use\n\n${use}\n`;
}

let rig: DocsRig;

beforeAll(async () => {
  rig = await startDocsRig(PAGES);
  await rig.writeRegistry(LIBRARIES);
});

afterAll(() => rig.close());

async function scrape(...args: readonly string[]): Promise<CliResult & { readonly result: ScrapeResult }> {
  rig.host.forget();
  rig.embeddings.forget();
  const end = await rig.run(['scrape', '--json', ...args]);
  return { ...end, result: JSON.parse(end.stdout) };
}

/** The states of the slots by their folder. */
function states({ slots }: ScrapeResult): Readonly<Record<string, string>> {
  return Object.fromEntries(slots.map(({ slug, state }) => [slug, state]));
}

const ALL = [
  'acme_rocket_1.0',
  'acme_rocket_2.0',
  'acme_snake',
  'acme_single',
  'golang_go_hello',
  'golang_go_hidden',
] as const;

function all(state: string, but: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { ...Object.fromEntries(ALL.map((slug) => [slug, state])), ...but };
}

// Each test goes on with what the one before left in the folder of artifacts.

test('the first scrape makes every artifact, documents in the order of the registry', async () => {
  const { exitCode, result, stderr } = await scrape('--run-status');
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(states(result)).toEqual(all('scraped'));
  expect(result).toMatchObject({
    documents: 23,
    counts: { scraped: 6, failed: 0 },
    embedder: { kind: 'openai', dim: 8 },
  });
  const { documents, pages } = await rig.artifact('acme_rocket_1.0');
  expect(documents.map(({ title }) => title)).toEqual(
    ['intro', 'guide', 'api'].flatMap((page) => [`Rocket ${page}`, `Install ${page}`, 'Use']),
  );
  expect(pages.map(({ url }) => new URL(url).pathname)).toEqual(rocketPages('v1').map(([path]) => path));
  expect(await readFile(join(rig.artifacts, 'acme_snake', '.run_status'), 'utf8')).toBe('scraped\n');
  expect(await readFile(join(rig.artifacts, '.gitignore'), 'utf8')).toMatch(/\n\*\n!\.gitignore\n!manifest\.yaml\n$/);
  // A Go package that exports nothing is no mistake, but is said.
  expect((await rig.artifact('golang_go_hello')).documents.map(({ title }) => title)).toEqual([
    'hello package',
    'hello.Greet',
  ]);
  expect(result.slots.at(-1)).toMatchObject({ documents: 0, reason: expect.stringContaining('exports nothing') });
  // Nine documents of each version, two of Snake, one of Single, two of Hello; and each library's own words.
  expect(rig.embeddings.texts).toHaveLength(23 + 6);
  // The token goes to GitHub's API, and with it to the files that it names; to no other host, nor for other pages.
  const withToken = rig.host.requests.filter(({ headers }) => headers.authorization === `Bearer ${GITHUB_TOKEN}`);
  expect(withToken.map(({ path }) => path).toSorted()).toEqual([
    '/golang/go/go1/src/hello/hello.go',
    '/golang/go/go1/src/hidden/hidden.go',
    '/repos/golang/go/contents/src/hello?ref=go1',
    '/repos/golang/go/contents/src/hidden?ref=go1',
  ]);
});

test('with nothing changed it costs one conditional request a page, and nothing is cut or embedded', async () => {
  const before = await readFile(join(rig.artifacts, 'acme_rocket_1.0', 'artifact.db'));
  const { result } = await scrape('--run-status');
  expect(states(result)).toEqual(all('unchanged'));
  expect(rig.host.counts()).toEqual({ requests: 10, conditional: 10, unchanged: 10 });
  expect(rig.embeddings.texts).toEqual([]);
  expect(await readFile(join(rig.artifacts, 'acme_rocket_1.0', 'artifact.db'))).toEqual(before);
  expect(await readFile(join(rig.artifacts, 'acme_snake', '.run_status'), 'utf8')).toBe('cached\n');
});

test('one changed page is fetched alone, and only its changed section is embedded', async () => {
  rig.host.put('/rocket/v2/guide.md', rocketPage('v2', 'guide', 'Use it differently.'));
  const { result } = await scrape();
  expect(states(result)).toEqual(all('unchanged', { 'acme_rocket_2.0': 'scraped' }));
  expect(rig.host.counts()).toMatchObject({ requests: 10, unchanged: 9 });
  expect(rig.embeddings.texts).toEqual(['Use\nUse it differently.']);
  const { documents } = await rig.artifact('acme_rocket_2.0');
  expect(documents).toHaveLength(9);
  expect(documents[5]).toMatchObject({ title: 'Use', content: 'Use it differently.' });
});

test('a new description costs the vector of the library alone, a page that left costs nothing', async () => {
  const [rocket, ...others] = LIBRARIES;
  if (!rocket) throw new Error('there is a first library');
  await rig.writeRegistry([{ ...rocket, description: 'Fast rockets' }, ...others]);
  // Named as progress names it.
  const described = await scrape('/acme/rocket@1.0');
  expect(states(described.result)).toEqual({ 'acme_rocket_1.0': 'scraped' });
  expect(rig.embeddings.texts).toEqual(['acme rocket Fast rockets']);
  expect(rig.host.counts()).toMatchObject({ requests: 3, unchanged: 3 });

  await rig.writeRegistry([{ ...rocket, urls: rocket.urls.slice(0, 2) }, ...others]);
  const shorter = await scrape('/acme/rocket', '--version', '1.0');
  expect(shorter.exitCode).toBe(68);
  expect(shorter.result.slots[0]?.reason).toContain('from 9 to 6 documents');
  const forced = await scrape('/acme/rocket/1.0', '--force-shrink');
  expect(states(forced.result)).toEqual({ 'acme_rocket_1.0': 'scraped' });
  expect(rig.embeddings.texts).toEqual(['acme rocket Rockets']);
  await rig.writeRegistry(LIBRARIES);
  await scrape();
});

test('a page that cannot be had keeps the last good artifact, whatever the reason', async () => {
  const before = await readFile(join(rig.artifacts, 'acme_rocket_1.0', 'artifact.db'));
  for (const page of ['intro', 'guide']) rig.host.put(`/rocket/v1/${page}.md`, rocketPage('v1', page, 'Newer.'));
  rig.host.remove('/rocket/v1/api.md');
  rig.host.setFaults([{ path: '/snake/index.rst', fault: { type: 'login' } }]);
  const { exitCode, result, stderr } = await scrape('--run-status');
  expect(exitCode).toBe(68);
  expect(states(result)).toEqual(all('unchanged', { 'acme_rocket_1.0': 'stale', acme_snake: 'stale' }));
  const [rocket] = result.slots;
  expect(rocket).toMatchObject({ documents: 9, reason: '1 of 3 pages could not be had (not found)' });
  expect(rocket?.failedPages[0]).toMatchObject({ reason: 'not_found', url: `${rig.host.url}/rocket/v1/api.md` });
  expect(result.slots[2]?.failedPages[0]?.message).toContain('text/html');
  expect(stderr).toContain('Next: capture-cli scrape /acme/rocket/1.0 --check-urls');
  expect(await readFile(join(rig.artifacts, 'acme_rocket_1.0', 'artifact.db'))).toEqual(before);
  // Whole or not at all: nothing of the pages that did come was embedded.
  expect(rig.embeddings.texts).toEqual([]);
  await expect(readFile(join(rig.artifacts, 'acme_snake', '.run_status'))).rejects.toThrow('ENOENT');

  const lines = (await rig.run(['scrape'])).stderr
    .replaceAll(/ \[[^\]]*Z\]$/gm, '')
    .trimEnd()
    .split('\n');
  const end = lines.indexOf('stale: /acme/rocket@1.0: 1 of 3 pages could not be had (not found)', lines.length - 12);
  expect(lines[end + 1]).toContain('/rocket/v1/api.md');
  expect(lines.filter((line) => !line.startsWith('Next: ')).at(-1)).toBe('done: 4 unchanged, 2 stale');
});

test('--check-urls lists the dead addresses with their libraries and writes nothing', async () => {
  rig.host.forget();
  const end = await rig.run(['scrape', '--check-urls', '--json']);
  const check: UrlCheck = JSON.parse(end.stdout);
  expect(end.exitCode).toBe(68);
  expect(check).toMatchObject({ checked: 10, dead: [{ reason: 'not_found' }, { reason: 'media_type' }] });
  expect(check.dead.map(({ libId, version }) => `${libId}@${version}`)).toEqual(['/acme/rocket@1.0', '/acme/snake@']);
  // One question for a page that is there.
  expect(rig.host.requests.filter(({ path }) => path === '/single/readme.md')).toHaveLength(1);
  const lines = await rig.run(['scrape', '/acme/rocket', '--check-urls']);
  expect(lines.stdout).toBe(`/acme/rocket@1.0  not_found  ${rig.host.url}/rocket/v1/api.md\n`);
});

test('what recovers is scraped, and a host that falters for a moment is asked again', async () => {
  rig.host.put('/rocket/v1/api.md', rocketPage('v1', 'api'));
  rig.host.setFaults([{ path: '/rocket/v1/intro.md', nth: 1, fault: { type: 'status', status: 503 } }]);
  const { exitCode, result } = await scrape();
  expect(exitCode).toBe(0);
  expect(states(result)).toEqual(all('unchanged', { 'acme_rocket_1.0': 'scraped' }));
  expect(rig.embeddings.texts).toEqual(['Use\nNewer.']);
});

test('--since-days leaves alone what was checked lately, --force makes everything anew', async () => {
  const { result } = await scrape('--since-days', '2');
  expect(states(result)).toEqual(all('skipped'));
  expect(rig.host.counts().requests).toBe(0);
  // However lately: the registry asks for other pages now.
  const single = '/acme/single';
  await rig.writeRegistry([{ lib_id: single, urls: ['/rocket/v1/intro.md'] }]);
  expect(states((await scrape(single, '--since-days', '2')).result)).toEqual({ acme_single: 'scraped' });
  await rig.writeRegistry(LIBRARIES);
  await scrape(single, '--force-shrink');
  const forced = await scrape('--force');
  expect(states(forced.result)).toEqual(all('scraped'));
  expect(rig.host.counts()).toEqual({ requests: 12, conditional: 0, unchanged: 0 });
  // Two pages say the same by now, and a text is embedded once.
  expect(rig.embeddings.texts).toHaveLength(23 + 6 - 1);
});

test('other rules cut pages anew and keep vectors; another embedder makes vectors anew and fetches no page', async () => {
  await asCutByOtherRules('acme_single');
  const { result } = await scrape();
  expect(states(result)).toEqual(all('unchanged', { acme_single: 'scraped' }));
  expect(rig.host.counts()).toEqual({ requests: 10, conditional: 9, unchanged: 9 });
  expect(rig.embeddings.texts).toEqual([]);

  rig.host.forget();
  const other = await rig.run(['scrape', '--json'], { DEADZONE_DOCS_OPENAI_MODEL: 'another' });
  expect(states(JSON.parse(other.stdout))).toEqual(all('scraped'));
  expect(rig.host.counts()).toEqual({ requests: 10, conditional: 10, unchanged: 10 });
  expect(rig.embeddings.texts).toHaveLength(23 + 6 - 1);
  expect(await rig.artifact('acme_snake')).toMatchObject({ identity: { model: 'another' } });
});

test('a damaged artifact is said and made anew; a text that cannot be embedded fails its library alone', async () => {
  await writeFile(join(rig.artifacts, 'acme_single', 'artifact.db'), '');
  rig.host.put('/snake/index.rst', 'Snake\n=====\n\nIt bites hard.\n\nUse\n---\n\nCarefully.\n');
  rig.embeddings.refuse('bites hard');
  const end = await rig.run(['scrape']);
  expect(end.exitCode).toBe(68);
  expect(end.stderr).toMatch(/^warning: \/acme\/single: .*artifact\.db is empty \(0 bytes\); it is made anew/m);
  expect(end.stderr).toMatch(/^scraped: \/acme\/single, 1 document,/m);
  expect(end.stderr).toMatch(/^stale: \/acme\/snake: /m);
  rig.embeddings.refuse(null);
});

test('an embedder that takes no key ends the scrape at once: it would refuse every library', async () => {
  rig.embeddings.refuse('bites hard', 401);
  const end = await rig.run(['scrape', '--parallel-github-md', '1']);
  rig.embeddings.refuse(null);
  expect(end.exitCode).toBe(4);
  expect(end.stderr).toMatch(/answered 401: refused\nNext:\n {2}- set a key/);
});

test('what is wrong with one library fails that one alone', async () => {
  await rig.writeRegistry([
    { lib_id: '/bad/folder', urls: ['/single/readme.md'] },
    { lib_id: '/bad/escape', kind: 'godoc', urls: ['/%zz/@v/v1.zip'] },
    { lib_id: '/acme/single', urls: ['/single/readme.md'] },
  ]);
  await writeFile(join(rig.artifacts, 'bad_folder'), '');
  const { exitCode, result } = await scrape('--run-status', '--since-days', '1', '--force');
  expect(exitCode).toBe(68);
  expect(states(result)).toEqual({ acme_single: 'skipped', bad_folder: 'failed', bad_escape: 'failed' });
  expect(result.slots.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('artifact.db could not be written: EEXIST'),
    'its page could not be had (unsupported url)',
    null,
  ]);
  await rig.writeRegistry(LIBRARIES);
});

test('with nothing but rate limits in the way it ends with 75, and says what to type again as it was typed', async () => {
  const limit = { type: 'status', status: 429, headers: { 'retry-after': '3600' } } as const;
  rig.host.setFaults([{ path: '/rocket/*', fault: limit }]);
  const end = await rig.run(['scrape', '/acme/rocket', '--artifacts', 'an other']);
  rig.host.setFaults([]);
  expect(end.exitCode).toBe(75);
  const next = end.stderr.split('\n').filter((line) => line.startsWith('Next: '));
  expect(next).toEqual(['1.0', '2.0'].map((v) => `Next: capture-cli scrape /acme/rocket/${v} --artifacts 'an other'`));
});

test('pages for the agent go through it; where it is not set or not well, nothing is fetched', async () => {
  const agent = await startAgentServer(({ body }) => {
    const asked = body.messages.map(({ content }) => content).join('\n');
    return asked.includes('<h1>Site</h1>') ? '# Site\n\nWhat it says.\n' : 'ok';
  });
  rig.host.put('/site/index.html', '<html><nav>Menu</nav><h1>Site</h1><p>What it says.</p></html>');
  await rig.writeRegistry([{ lib_id: '/acme/site', kind: 'scrape-via-agent', urls: ['/site/index.html'] }]);
  rig.host.forget();
  const unset = await rig.run(['scrape']);
  expect(unset).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('DEADZONE_AGENT_ENDPOINT and') });
  const env = {
    DEADZONE_AGENT_ENDPOINT: agent.url,
    DEADZONE_AGENT_ENDPOINT_MODEL: 'm',
    GITHUB_REPOSITORY: 'acme/pack',
  };
  const unwell = await rig.run(['scrape'], { ...env, DEADZONE_AGENT_ENDPOINT: rig.host.url });
  expect(unwell).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('agent health check failed') });
  expect(rig.host.requests.filter(({ path }) => path === '/site/index.html')).toEqual([]);
  expect((await rig.run(['scrape'], env)).exitCode).toBe(0);
  // Hosts are told whom to turn to.
  expect(rig.host.requests.at(-1)?.headers['user-agent']).toMatch(
    /^capture-cli\/[\d.]+ \(\+https:\/\/github\.com\/acme\/pack\)$/,
  );
  const asked = agent.requests.length;
  expect((await rig.artifact('acme_site')).documents).toMatchObject([{ title: 'Site' }]);
  // An unchanged page does not go through it again: it is only asked whether it is well.
  expect((await rig.run(['scrape'], env)).exitCode).toBe(0);
  expect(agent.requests).toHaveLength(asked + 1);
  await rig.writeRegistry(LIBRARIES);
});

test('what is typed wrong is refused with what to type instead, before anything is fetched', async () => {
  rig.host.forget();
  const refused = async (...args: readonly string[]) => {
    const { exitCode, stderr } = await rig.run(['scrape', ...args]);
    return `${exitCode} ${stderr}`;
  };
  expect(await refused('/acme/rockt')).toMatch(/^1 [\s\S]*did you mean .*\/acme\/rocket/);
  expect(await refused('/acme/rocket', '--lib', '/acme/snake')).toMatch(/^2 [\s\S]*named twice/);
  expect(await refused('--parallel-godoc', '0')).toMatch(/^2 [\s\S]*--parallel-godoc must be >= 1, got 0/);
  expect(rig.host.counts().requests).toBe(0);
});

/** Writes the artifact as an older version of the program would have. */
async function asCutByOtherRules(slug: string): Promise<void> {
  const { slots } = await loadRegistry(join(rig.folder, 'libraries_sources.yaml'));
  const [slot] = slots.filter((each) => each.slug === slug);
  if (!slot) throw new Error(`${slug} is not in the registry`);
  const { identity, libVector, pages, documents } = await rig.artifact(slug);
  const placed = documents.map((document) => ({ ...document, url: document.url ?? '' }));
  const content = { slot, identity, libVector, pages, documents: placed, parserVersion: 'older rules' };
  await writeArtifact(join(rig.artifacts, slug), content, Date.now());
}
