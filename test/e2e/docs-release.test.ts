import { createHash } from 'node:crypto';
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { githubEnvironment, startCli } from '../support/cli-rig.ts';
import { writePackDatabase } from '../support/pack-database.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';

const REPOSITORY = 'acme/pack';
const SLOTS = { '/a/b@1': 12, '/a/b@2': 9, '/c/d': 30, '/empty/one': 0 };

let sandbox: Sandbox;
let folder: TemporaryDirectory;
let env: Readonly<Record<string, string>>;
let tags = 0;
/** A tag of each test's own. */
let tag: string;

beforeAll(async () => {
  [sandbox, folder] = await Promise.all([startSandbox(), temporaryDirectory()]);
  sandbox.mutate({ kind: 'create', options: { owner: 'acme', name: 'pack' } });
  env = { ...githubEnvironment(sandbox), DEADZONE_DOCS_REPOSITORY: REPOSITORY };
  await writeFile(
    at('libraries_sources.yaml'),
    `libraries:
  - lib_id: /a/b
    kind: github-md
    urls: ["https://h/{ref}/a.md"]
    versions: { "1": { ref: v1 }, "2": { ref: v2 } }
  - { lib_id: /c/d, kind: godoc, urls: ["https://h/d"] }
  - { lib_id: /empty/one, kind: godoc, urls: ["https://h/e"] }
`,
  );
});

afterAll(async () => {
  await Promise.all([sandbox.close(), folder.remove()]);
});

beforeEach(async () => {
  tags += 1;
  tag = `v0.${tags}.0`;
  sandbox.releases.onWrite = undefined;
  sandbox.reset();
  sandbox.faults.replace([]);
  await rm(at('artifacts'), { recursive: true, force: true });
  await rm(at('deadzone.db-wal'), { force: true });
  writePackDatabase(at('deadzone.db'), SLOTS);
});

const at = (name: string) => join(folder.path, name);
const release = (...flags: readonly string[]): Promise<CliResult> =>
  runCli(['dbrelease', '--tag', tag, ...flags], { cwd: folder.path, env });
const repository = () => sandbox.repository(REPOSITORY);
const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');

function assets(): ReadonlyMap<string, Buffer> {
  const found = sandbox.releases.find(repository(), (each) => each.tag === tag);
  return new Map(found?.assets.map(({ name, content }) => [name, content]));
}

/** A reader that finds both must find what belongs together. */
function expectNoWrongPair(): void {
  const [database, checksum] = [assets().get('deadzone.db'), assets().get('deadzone.db.sha256')];
  if (database && checksum) expect(checksum.toString()).toBe(`${sha256(database)}  deadzone.db\n`);
}

async function expectPublished(): Promise<void> {
  const database = await readFile(at('deadzone.db'));
  const line = `${sha256(database)}  deadzone.db\n`;
  expect([...assets().keys()].sort()).toEqual(['deadzone.db', 'deadzone.db.sha256']);
  expect(assets().get('deadzone.db')?.equals(database)).toBe(true);
  expect(assets().get('deadzone.db.sha256')?.toString()).toBe(line);
  expect(await readFile(at('deadzone.db.sha256'), 'utf8')).toBe(line);
}

const written = () => sandbox.ledger.entries(0).filter(({ target }) => !target.startsWith('GET'));

test('a database is published with its checksum, recorded in the manifest, and a second run changes nothing', async () => {
  sandbox.releases.publish(repository(), tag, { 'notes.txt': 'stays' });
  const planned = await release('--dry-run');
  expect(planned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing was done') });
  expect(planned.stderr).toContain('would add deadzone.db (');
  expect(written()).toEqual([]);
  await expect(access(at('artifacts/manifest.yaml'))).rejects.toThrow();

  const { exitCode, stdout, stderr } = await release('--json');
  expect({ exitCode, outcome: JSON.parse(stdout).outcome }).toEqual({ exitCode: 0, outcome: 'published' });
  expect(stderr).toContain('dbrelease: wrote artifacts/manifest.yaml — remember to commit it.');
  expect(assets().get('notes.txt')?.toString()).toBe('stays');
  const database = await readFile(at('deadzone.db'));
  const manifest = await readFile(at('artifacts/manifest.yaml'), 'utf8');
  expect(manifest.replace(/indexed_at: \d{4}-\d\d-\d\dT[\d:.]+Z$/m, 'indexed_at: NOW')).toBe(`release:
    tag: ${tag}
    asset: deadzone.db
    sha256: ${sha256(database)}
    size: ${database.length}
    indexed_at: NOW
    embedder:
        kind: use-lite
        model: test
        dim: 2
    lib_count: 4
    doc_count: 51
`);

  const before = written().length;
  const again = await release();
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('has exactly this deadzone.db already') });
  expect(written()).toHaveLength(before);
  expect(await readFile(at('artifacts/manifest.yaml'), 'utf8')).toBe(manifest);
});

test('uploads that are cut, fail or find their name taken are made good, and no token goes to the storage', async () => {
  const taken = sandbox.releases.publish(repository(), tag, { 'deadzone.db.uploading-0000': 'of another run' });
  sandbox.faults.replace([{ match: { kind: 'upload', nth: 1 }, fault: 'reset' }]);
  let uploads = 0;
  sandbox.releases.onWrite = ({ kind, asset }) => {
    expectNoWrongPair();
    if (kind !== 'upload') return undefined;
    uploads += 1;
    if (uploads === 2) sandbox.releases.attach(taken, asset, Buffer.from('somebody else'), true);
    return uploads === 1 ? 'fail' : undefined;
  };
  const downloads = sandbox.actions.links.downloads.length;
  const { exitCode, stderr } = await release();
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stderr).toContain('did not arrive whole');
  expect(stderr).toContain('is taken');
  await expectPublished();
  const loaded = sandbox.actions.links.downloads.slice(downloads);
  expect(loaded).toEqual(loaded.map(() => ({ status: 200, withAuthorization: false })));
});

test('killed at any write, nobody sees a wrong pair, and running it again goes on', async () => {
  sandbox.releases.publish(repository(), tag, {});
  await release();
  await rm(at('artifacts'), { recursive: true });
  writePackDatabase(at('deadzone.db'), { ...SLOTS, '/c/d': 31 });
  let kills = 0;
  let exitCode: number | undefined;
  while (exitCode === undefined && kills < 12) {
    const running = startCli(['dbrelease', '--tag', tag], env, folder.path);
    let wrote = false;
    sandbox.releases.onWrite = () => {
      expectNoWrongPair();
      if (!wrote) process.kill(running.pid, 'SIGKILL');
      wrote = true;
      return undefined;
    };
    exitCode = (await running.ended).exitCode;
    expectNoWrongPair();
    if (wrote) {
      kills += 1;
      await expect(access(at('artifacts/manifest.yaml'))).rejects.toThrow();
    }
  }
  expect({ exitCode, kills }).toEqual({ exitCode: 0, kills: 6 });
  await expectPublished();
  expect(await readFile(at('artifacts/manifest.yaml'), 'utf8')).toContain('doc_count: 52');
});

test('a release that is deleted meanwhile leaves nothing half published and the manifest as it was', async () => {
  sandbox.releases.publish(repository(), tag, {});
  sandbox.releases.onWrite = ({ kind }) => {
    if (kind === 'rename') sandbox.releases.remove(repository(), tag);
    return undefined;
  };
  const { exitCode, stderr } = await release();
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`the release ${tag} was deleted meanwhile: nothing is published`);
  await expect(access(at('artifacts/manifest.yaml'))).rejects.toThrow();
});

test('what must not be released is refused before anything is changed', async () => {
  const refused = async (code: string, exitCode: number, ...flags: readonly string[]) => {
    const { stdout, ...ended } = await release('--json', ...flags);
    expect({ code: JSON.parse(stdout).error?.code, exitCode: ended.exitCode }).toEqual({ code, exitCode });
  };
  await refused('release_missing', 2);
  const unset = await runCli(['dbrelease', '--tag', ''], { cwd: folder.path, env });
  expect(unset).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--tag "" is not a tag') });
  await refused('pack_below_floor', 1, '--floor', '52');
  writePackDatabase(at('deadzone.db'), { '/a/b@1': 12, '/c/d': 30 });
  await refused('pack_partial', 2);
  await writeFile(at('deadzone.db-wal'), 'frames');
  await refused('database_unsettled', 2);
  expect(written()).toEqual([]);
  await rm(at('deadzone.db-wal'));

  const partial = await release('--create', '--allow-partial', 'b 2 is gone');
  expect(partial).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('2 libraries are missing: b 2 is gone'),
  });
  await expectPublished();

  const before = written().length;
  writePackDatabase(at('deadzone.db'), { ...SLOTS, '/c/d': 15 });
  await refused('database_would_shrink', 1);
  await rm(at('artifacts'), { recursive: true });
  await refused('database_would_shrink', 1);
  expect(written()).toHaveLength(before);
  expect((await release('--max-shrink', '30')).exitCode).toBe(0);
  await expectPublished();
});

test('coverage.md is what deadzone writes, with the tag of the manifest', async () => {
  const table = (tagOfRelease: string) => `# Library coverage

> Auto-generated by \`deadzone coverage\`. Do not hand-edit — run \`just coverage\` to refresh.

- **Release:** ${tagOfRelease}
- **Generated:** NOW
- **Totals:** 4 (lib_id, version) pairs · 55 docs

| lib_id | version | doc_count |
|---|---|---|
| /c/d |  | 30 |
| /a/b | 10 | 9 |
| /a/b | 2 | 9 |
| /b/a | 1 | 7 |
`;
  writePackDatabase(at('deadzone.db'), { '/a/b@2': 9, '/a/b@10': 9, '/c/d': 30, '/b/a@1': 7, '/empty/one': 0 });
  const coverage = async (...flags: readonly string[]) => {
    expect(await runCli(['coverage', ...flags], { cwd: folder.path })).toMatchObject({ exitCode: 0, stderr: '' });
    const text = await readFile(at('docs/coverage.md'), 'utf8');
    return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, 'NOW');
  };
  expect(await coverage()).toBe(table('(unreleased)'));
  const release = `release:
    tag: v0.7.4
    asset: deadzone.db
    sha256: ${'0'.repeat(64)}
    size: 71655424
    indexed_at: 2026-05-07T19:45:01.329283039Z
    embedder:
        kind: hugot
        model: nomic-ai/nomic-embed-text-v1.5
        dim: 768
    lib_count: 253
    doc_count: 12847
`;
  await writeFile(at('manifest.yaml'), release);
  expect(await coverage('--manifest', 'manifest.yaml')).toBe(table('v0.7.4'));
  await writeFile(at('manifest.yaml'), release.replace(/size: .*/, 'size: many'));
  expect(await runCli(['coverage', '--manifest', 'manifest.yaml'], { cwd: folder.path })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('release.size must be a whole number, not "many"'),
  });
});
