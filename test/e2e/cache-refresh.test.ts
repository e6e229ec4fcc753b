import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InstallsCache } from '../../src/lib/installs/cache/cache-file.ts';
import type { LedgerEntry } from '../../src/lib/installs/ledger/entry.ts';
import type { SandboxRepository } from '../sandbox/history/repository.ts';
import { GITHUB_TOKEN, startCli } from '../support/cli-rig.ts';
import { daysAgo, type InstallsRig, lately, startInstallsRig } from '../support/installs-rig.ts';

let rig: InstallsRig;
let docs: SandboxRepository;

beforeEach(async () => {
  rig = await startInstallsRig();
  docs = repository('docs');
});
afterEach(async () => {
  await rig.close();
});

/** @param seed another one makes another repository of the same name */
function repository(name: string, seed = 1): SandboxRepository {
  rig.sandbox.mutate({ kind: 'create', options: { owner: 'acme', name, prs: 0, seed } });
  return rig.sandbox.repository(`acme/${name}`);
}

const refresh = (...flags: readonly string[]) => rig.run(['cache', 'refresh', ...flags]);
const cacheText = () => rig.read('installs-cache.json');
const cache = async (): Promise<InstallsCache> => JSON.parse(await cacheText());
const ledgerText = () => rig.read('installs-cache.ledger.jsonl');
const ledger = async (): Promise<LedgerEntry[]> =>
  (await ledgerText())
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** A cache file of the second generation, whose clones of docs end three days ago. */
function v2(over: Readonly<Record<string, unknown>> = {}): string {
  const clonesByRepo = { docs: { count: 60, lastSeenDay: daysAgo(3) } };
  const counts = { npm: 4000, pypi: 1300, crates: 49, clones: 60, clonesByRepo, releases: 0, releasesByRepo: {} };
  return JSON.stringify({ ...counts, ghPackages: 0, maven: 0, total: 5349, fetchedAt: '', ...over });
}

test('every source is counted, kept when it forgets, corrected when it grows, and no news changes no byte', async () => {
  const { npm, pypi, crates } = rig.host.downloads;
  npm['@acme/cli'] = { [daysAgo(900)]: 3, ...lately(20, 0, 30) };
  npm['acme'] = lately(10, 0, 10);
  pypi['acme'] = lately(1, 2, 3);
  crates['acme'] = 49;
  rig.sandbox.traffic.set(docs, 'clones', { ...lately(10, 20), [daysAgo(0)]: 999 });
  rig.sandbox.traffic.set(docs, 'views', lately(7));
  const releases = Array.from({ length: 101 }, (_, index) => rig.sandbox.releases.publish(docs, `v${index}`));
  for (const release of releases) rig.sandbox.releases.attach(release, 'a.zip', Buffer.from('a'), true).downloads = 2;
  await rig.configure({
    npm: ['@acme/cli', 'acme'],
    pypi: ['acme'],
    crates: ['acme'],
    organization: 'acme',
    manual: 'manual.json',
  });
  const manual = { _note: 'by hand', lastVerifiedAt: '2026-05-07', ghPackages: { image: 5 }, maven: { 'io.acme': 7 } };
  await rig.write('manual.json', JSON.stringify(manual));

  const absent = await refresh();
  expect(absent.exitCode).toBe(2);
  expect(absent.stderr).toContain('capture-cli cache refresh --init');
  expect(await refresh('--init', '--dry-run')).toMatchObject({ exitCode: 0 });
  await expect(access(join(rig.folder, 'installs-cache.json'))).rejects.toThrow();

  const begun = await refresh('--init', '--shields', 'badges', '--public', 'site/installs.json');
  expect(begun).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('installs 342, clones 30\n') });
  expect(begun.stderr).toContain(`npm ok: 5 new numbers; up to ${daysAgo(1)}; 0 for everything on ${daysAgo(2)}`);
  const first = await cache();
  expect(first).toMatchObject({ npm: 73, pypi: 6, crates: 49, releases: 202, ghPackages: 5, maven: 7, total: 342 });
  expect(first.clonesByRepo).toEqual({ docs: { count: 30, lastSeenDay: daysAgo(1) } });
  expect(first.npmByPackage).toEqual({ '@acme/cli': 53, acme: 20 });
  expect(JSON.parse(await rig.read('badges/total.json'))).toEqual({
    schemaVersion: 1,
    label: 'installs',
    message: '342',
    color: 'blue',
  });
  const { total, clones, fetchedAt } = first;
  expect(JSON.parse(await rig.read('site/installs.json'))).toEqual({ total, clones, fetchedAt });

  const [cacheBefore, ledgerBefore] = [await cacheText(), await ledgerText()];
  rig.host.forget();
  const { stdout } = await refresh('--json');
  expect(JSON.parse(stdout)).toMatchObject({ cacheChanged: false, entries: 0, after: { total: 342 } });
  expect([await cacheText(), await ledgerText()]).toEqual([cacheBefore, ledgerBefore]);
  expect(rig.host.requests.filter((path) => path.includes('/range/'))).toEqual([
    `/downloads/range/${daysAgo(14)}:${daysAgo(1)}/@acme/cli`,
    `/downloads/range/${daysAgo(14)}:${daysAgo(1)}/acme`,
  ]);

  // npm finds the day that it had lost, PyPI forgets, an asset is deleted, a count falls.
  npm['acme'][daysAgo(2)] = 8;
  rig.host.downloads.pypi['acme'] = lately(4);
  crates['acme'] = 3;
  rig.sandbox.releases.remove(docs, 'v7');
  const corrected = await refresh();
  expect(corrected.exitCode).toBe(0);
  expect(corrected.stderr).not.toContain('0 for everything');
  expect(await cache()).toMatchObject({ npm: 81, pypi: 7, crates: 49, releases: 202, total: 351 });
  expect((await ledgerText()).startsWith(ledgerBefore)).toBe(true);
});

test('days that an earlier cache file holds are not counted again, and a new name is the same counter', async () => {
  await rig.configure({ organization: 'acme' });
  await rig.write('installs-cache.json', v2());
  rig.sandbox.traffic.set(docs, 'clones', lately(999, 999, 25, 35));
  rig.sandbox.mutate({ kind: 'rename', repository: 'acme/docs', name: 'handbook' });
  expect(await refresh()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('clones 60 -> 120') });
  expect(await cache()).toMatchObject({
    clonesByRepo: { handbook: { count: 120, lastSeenDay: daysAgo(1) } },
    npm: 4000,
    total: 5349,
  });
  // Another repository gets the old name: it is another counter.
  const other = repository('docs', 2);
  rig.sandbox.traffic.set(other, 'clones', lately(4));
  rig.sandbox.mutate({ kind: 'rename', repository: 'acme/handbook', name: 'guide' });
  expect((await refresh()).exitCode).toBe(0);
  const { clones, clonesByRepo } = await cache();
  expect(clones).toBe(124);
  expect(clonesByRepo).toEqual({
    docs: { count: 4, lastSeenDay: daysAgo(1) },
    guide: { count: 120, lastSeenDay: daysAgo(1) },
  });
});

test('a source that fails is told, recorded, and neither lowers nor hides another', async () => {
  const { npm, pypi, crates } = rig.host.downloads;
  Object.assign(npm, { a: lately(1700), b: lately(447) });
  Object.assign(pypi, { a: lately(200) });
  Object.assign(crates, { a: 60 });
  const server = repository('server');
  for (const each of [docs, server]) rig.sandbox.traffic.set(each, 'clones', lately(5));
  await rig.configure({
    npm: ['a', 'b', 'gone'],
    pypi: ['a'],
    crates: ['a'],
    organization: 'acme',
    manual: 'missing.json',
  });
  rig.sandbox.tokens.configure(GITHUB_TOKEN, { permissions: { contents: 'read' } });
  rig.host.setFaults([
    { path: '/downloads/range/*', nth: 1, fault: { type: 'status', status: 500 } },
    { path: '/api/packages/*', fault: { type: 'status', status: 429, headers: { 'retry-after': '3600' } } },
    { path: '/api/v1/*', fault: { type: 'login' } },
  ]);
  const failed = await refresh('--init', '--json');
  expect(failed.exitCode).toBe(68);
  const outcomes: { source: string; state: string; error: string | null }[] = JSON.parse(failed.stdout).sources;
  expect(outcomes.map(({ source, state }) => `${source} ${state}`).toSorted()).toEqual([
    'clones failed',
    'crates failed',
    'ghPackages failed',
    'maven failed',
    'npm partial',
    'pypi failed',
    'releases ok',
    'views failed',
  ]);
  const errorOf = (name: string) => outcomes.find(({ source }) => source === name)?.error;
  expect(errorOf('npm')).toContain('gone: ');
  expect(errorOf('pypi')).toContain('it may be asked again from');
  expect(errorOf('clones')).toBe(
    'docs: the token may not read this: it needs the repository permission "Administration: read", or push access with scope repo (and 1 more)',
  );
  expect(await cache()).toMatchObject({ npm: 2147, pypi: 0, crates: 0, clones: 0, total: 2147 });

  rig.host.setFaults([]);
  rig.sandbox.tokens.configure(GITHUB_TOKEN, {});
  expect((await refresh()).exitCode).toBe(68);
  expect(await cache()).toMatchObject({ npm: 2147, pypi: 200, crates: 60, clones: 10, total: 2407 });
  const before = await cacheText();
  // Everything is down.
  rig.host.setFaults([{ fault: { type: 'status', status: 403 } }]);
  rig.sandbox.tokens.expire(GITHUB_TOKEN);
  expect((await refresh()).exitCode).toBe(68);
  expect(await cacheText()).toBe(before);
  expect(JSON.parse(await rig.read('installs-cache.sources.json'))).toMatchObject({
    pypi: { goodAt: expect.any(String), error: expect.stringContaining('403'), asOf: daysAgo(1) },
    npm: { goodAt: null },
    clones: { goodAt: expect.any(String), error: expect.stringContaining('does not accept the token') },
  });
});

test('without a token clones are left alone, and the output says so', async () => {
  rig.host.downloads.crates['acme'] = 50;
  await rig.configure({ crates: ['acme'], organization: 'acme' });
  await rig.write('installs-cache.json', v2());
  const { exitCode, stderr } = await rig.run(['cache', 'refresh'], { GITHUB_TOKEN: '' });
  expect(exitCode).toBe(0);
  expect(stderr).toContain('clones skipped: there is no GitHub token: the counter is left as it is');
  expect(await cache()).toMatchObject({ crates: 50, total: 5350, clones: 60 });
});

test('two refreshes at once are one after the other, and nothing is written twice', async () => {
  rig.host.downloads.npm['acme'] = lately(1, 2, 3);
  await rig.configure({ npm: ['acme'], organization: 'acme' });
  rig.sandbox.traffic.set(docs, 'clones', lately(1, 2));
  const ended = await Promise.all([refresh('--init'), refresh('--init')]);
  expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const days = (await ledger())
    .filter(({ entry }) => entry === 'day')
    .map((entry) => JSON.stringify({ ...entry, at: '' }));
  expect([days.length, new Set(days).size]).toEqual([5, 5]);
});

test('a refresh that is interrupted or killed has written nothing, and the next one has it all', async () => {
  rig.host.downloads.npm['acme'] = lately(1, 2, 3);
  rig.host.downloads.pypi['acme'] = lately(4);
  await rig.configure({ npm: ['acme'], pypi: ['acme'] });
  for (const [signal, exitCode] of [
    ['SIGKILL', undefined],
    ['SIGINT', 130],
  ] as const) {
    rig.host.setFaults([{ path: '/api/*', fault: { type: 'hang' } }]);
    const running = startCli(['cache', 'refresh', '--init'], rig.env, rig.folder);
    await running.heard('npm ok: 3 new numbers');
    process.kill(running.pid, signal);
    expect((await running.ended).exitCode).toBe(exitCode);
    await expect(access(join(rig.folder, 'installs-cache.json'))).rejects.toThrow();
  }
  rig.host.setFaults([]);
  expect((await refresh('--init')).exitCode).toBe(0);
  // Killed between ledger and cache file: the next refresh writes the file that the ledger makes.
  const written = await cacheText();
  await rig.write('installs-cache.json', v2({ npm: 0, pypi: 0, crates: 0, clones: 0, clonesByRepo: {}, total: 0 }));
  await rig.write('installs-cache.ledger.jsonl', `${await ledgerText()}{"entry":"day","sour`);
  expect((await refresh()).exitCode).toBe(0);
  expect(await cacheText()).toBe(written);
});

test('a cache that is gone or cannot be read is an error that names reseed, never a cold start', async () => {
  await rig.configure({ crates: ['acme'] });
  rig.host.downloads.crates['acme'] = 1;
  const git = (...args: readonly string[]) =>
    execa('git', ['-c', 'user.name=CI', '-c', 'user.email=ci@example.com', ...args], { cwd: rig.folder });
  const refused = async (words: string) => {
    const { exitCode, stderr } = await refresh('--init');
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(words) });
    expect(stderr).toContain('capture-cli cache reseed');
  };
  await rig.write('installs-cache.json', v2().slice(0, 90));
  await refused('the JSON ends early');
  await rig.write('installs-cache.json', `<<<<<<< HEAD\n${v2()}\n=======\n${v2()}\n>>>>>>> other\n`);
  await refused('line 1 is the mark of a merge conflict');
  const old = { npm: 4049, pypi: 1339, crates: 49, ghcr: 0, maven: 0, total: 44156, fetchedAt: '' };
  await rig.write('installs-cache.json', JSON.stringify(old));
  await refused('total is 44156, and its counters add up to 5437');

  await git('init', '--quiet');
  await rig.write('installs-cache.json', `\uFEFF${v2()}`);
  await git('add', 'installs-cache.json');
  await git('commit', '--quiet', '-m', 'cache');
  await rm(join(rig.folder, 'installs-cache.json'));
  await refused('is gone, and git has revisions of it');

  await git('checkout', '--quiet', 'installs-cache.json');
  expect((await refresh()).exitCode).toBe(0);
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'ledger');
  const before = await cacheText();
  // The ledger makes the cache file again, and git has the ledger.
  await rm(join(rig.folder, 'installs-cache.json'));
  expect((await refresh()).exitCode).toBe(0);
  expect(await cacheText()).toBe(before);
  await rm(join(rig.folder, 'installs-cache.ledger.jsonl'));
  await refused('installs-cache.ledger.jsonl is gone');
});

test('a cache file that knows more than its ledger is not overwritten, and what was fetched is kept', async () => {
  await rig.configure({ crates: ['acme'] });
  rig.host.downloads.crates['acme'] = 50;
  await refresh('--init');
  const edited = (await cacheText()).replaceAll('50', '70');
  await rig.write('installs-cache.json', edited);
  rig.host.downloads.crates['acme'] = 60;
  const { exitCode, stderr } = await refresh();
  expect(exitCode).toBe(1);
  expect(stderr).toContain('it would regress crates 70 -> 60, total 70 -> 60, cratesByPackage.acme 70 -> 60');
  expect(await cacheText()).toBe(edited);
  expect((await ledger()).at(-1)).toMatchObject({ source: 'crates', count: 60 });
});
