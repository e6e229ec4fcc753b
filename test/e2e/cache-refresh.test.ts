import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxRepository } from '../sandbox/history/repository.ts';
import { GITHUB_TOKEN } from '../support/cli-rig.ts';
import { cacheV2, daysAgo, type InstallsRig, lately, startInstallsRig } from '../support/installs-rig.ts';

let rig: InstallsRig;
let docs: SandboxRepository;
beforeEach(async () => {
  rig = await startInstallsRig();
  docs = rig.repository('docs');
});
afterEach(async () => {
  await rig.close();
});

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

  const absent = await rig.refresh();
  expect(absent.exitCode).toBe(2);
  expect(absent.stderr).toContain('capture-cli cache refresh --init');
  expect(await rig.refresh('--init', '--dry-run')).toMatchObject({ exitCode: 0 });
  expect((await readdir(rig.folder)).toSorted()).toEqual(['.deadzonerc', 'manual.json']);

  const begun = await rig.refresh('--init', '--shields', 'badges', '--public', 'site/installs.json');
  expect(begun).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('installs 342, clones 30\n') });
  expect(begun.stderr).toContain(`npm ok: 5 new numbers; up to ${daysAgo(1)}; 0 for everything on ${daysAgo(2)}`);
  const first = await rig.cache();
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

  const [cacheBefore, ledgerBefore] = [await rig.cacheText(), await rig.ledgerText()];
  rig.host.forget();
  const { stdout } = await rig.refresh('--json');
  expect(JSON.parse(stdout)).toMatchObject({ cacheChanged: false, entries: 0, after: { total: 342 } });
  expect([await rig.cacheText(), await rig.ledgerText()]).toEqual([cacheBefore, ledgerBefore]);
  expect(rig.host.requests.filter((path) => path.includes('/range/'))).toEqual([
    `/downloads/range/${daysAgo(14)}:${daysAgo(1)}/@acme/cli`,
    `/downloads/range/${daysAgo(14)}:${daysAgo(1)}/acme`,
  ]);

  // npm finds the day that it had lost, PyPI forgets, an asset is deleted, a count falls.
  npm['acme'][daysAgo(2)] = 8;
  rig.host.downloads.pypi['acme'] = lately(4);
  crates['acme'] = 3;
  rig.sandbox.releases.remove(docs, 'v7');
  const corrected = await rig.refresh();
  expect(corrected.exitCode).toBe(0);
  expect(corrected.stderr).not.toContain('0 for everything');
  expect(await rig.cache()).toMatchObject({ npm: 81, pypi: 7, crates: 49, releases: 202, total: 351 });
  expect((await rig.ledgerText()).startsWith(ledgerBefore)).toBe(true);
});

test('days that an earlier cache file holds are not counted again, and a new name is the same counter', async () => {
  await rig.configure({ organization: 'acme' });
  await rig.write('installs-cache.json', cacheV2());
  rig.sandbox.traffic.set(docs, 'clones', lately(999, 999, 25, 35));
  rig.sandbox.mutate({ kind: 'rename', repository: 'acme/docs', name: 'handbook' });
  expect(await rig.refresh()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('clones 60 -> 120') });
  expect(await rig.cache()).toMatchObject({
    clonesByRepo: { handbook: { count: 120, lastSeenDay: daysAgo(1) } },
    npm: 4000,
    total: 5349,
  });
  // Another repository gets the old name: it is another counter.
  const other = rig.repository('docs', 2);
  rig.sandbox.traffic.set(other, 'clones', lately(4));
  rig.sandbox.mutate({ kind: 'rename', repository: 'acme/handbook', name: 'guide' });
  expect((await rig.refresh()).exitCode).toBe(0);
  const { clones, clonesByRepo } = await rig.cache();
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
  const server = rig.repository('server');
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
  const failed = await rig.refresh('--init', '--json');
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
  expect(errorOf('maven')).toMatch(/^there is no .*missing\.json: write it, or /);
  expect(errorOf('clones')).toBe(
    'docs: the token may not read this: it needs the repository permission "Administration: read", or push access with scope repo (and 1 more)',
  );
  expect(await rig.cache()).toMatchObject({ npm: 2147, pypi: 0, crates: 0, clones: 0, total: 2147 });

  rig.host.setFaults([]);
  rig.sandbox.tokens.configure(GITHUB_TOKEN, {});
  const limit = { type: 'secondary-429', retryAfter: 1 } as const;
  rig.sandbox.faults.replace([{ match: { kind: 'rest', nth: 1 }, fault: limit }]);
  expect(await rig.refresh()).toMatchObject({ exitCode: 68, stderr: expect.stringContaining('waiting: ') });
  expect(await rig.cache()).toMatchObject({ npm: 2147, pypi: 200, crates: 60, clones: 10, total: 2407 });
  const before = await rig.cacheText();
  // Everything is down.
  rig.host.setFaults([{ fault: { type: 'status', status: 403 } }]);
  rig.sandbox.tokens.expire(GITHUB_TOKEN);
  expect((await rig.refresh()).exitCode).toBe(68);
  expect(await rig.cacheText()).toBe(before);
  const records = JSON.parse(await rig.read('installs-cache.sources.json'));
  expect(Object.values(records.clones.counters)).toEqual(
    Array.from({ length: 2 }, () => ({
      askedAt: records.clones.triedAt,
      goodAt: records.clones.goodAt,
      error: records.clones.error,
    })),
  );
  expect(records).toMatchObject({
    pypi: { goodAt: expect.any(String), error: expect.stringContaining('403'), asOf: daysAgo(1) },
    npm: { goodAt: null },
    clones: { goodAt: expect.any(String), error: expect.stringContaining('does not accept the token') },
  });
});

test('without a token clones are left alone, and the output says so', async () => {
  rig.host.downloads.crates['acme'] = 50;
  await rig.configure({ crates: ['acme'], organization: 'acme' });
  await rig.write('installs-cache.json', cacheV2());
  const { exitCode, stderr } = await rig.run(['cache', 'refresh'], { GITHUB_TOKEN: '' });
  expect(exitCode).toBe(0);
  expect(stderr).toContain('clones skipped: there is no GitHub token: the counter is left as it is');
  expect(await rig.cache()).toMatchObject({ crates: 50, total: 5350, clones: 60 });
});
