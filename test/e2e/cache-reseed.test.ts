import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeCache, type InstallsCache } from '../../src/lib/installs/cache/cache-file.ts';
import { brokenHistory, cacheOf, FRANKENSTATE, NEW_DAY } from '../support/broken-history.ts';
import { writeHistory } from '../support/cache-history.ts';
import { daysAgo, type InstallsRig, lately, startInstallsRig } from '../support/installs-rig.ts';

const CACHE = 'installs-cache.json';
const LEDGER = 'installs-cache.ledger.jsonl';

let rig: InstallsRig;
beforeEach(async () => {
  rig = await startInstallsRig();
});
afterEach(async () => {
  await rig.close();
});

const reseed = (...flags: readonly string[]) => rig.run(['cache', 'reseed', ...flags]);
const cache = async (): Promise<InstallsCache> => JSON.parse(await rig.read(CACHE));
const git = (...args: readonly string[]) =>
  execa('git', ['-c', 'user.name=CI', '-c', 'user.email=ci@example.com', ...args], { cwd: rig.folder });

function repository(name: keyof typeof NEW_DAY, seed: number): void {
  rig.sandbox.mutate({ kind: 'create', options: { owner: 'acme', name, prs: 0, seed } });
  rig.sandbox.traffic.set(rig.sandbox.repository(`acme/${name}`), 'clones', lately(999, NEW_DAY[name]));
}

test('the outage: the peak of the history, the one day after it, and nothing twice', async () => {
  await writeHistory(rig.folder, CACHE, brokenHistory());
  await rig.configure({ organization: 'acme' });
  repository('docs', 1);
  repository('server', 2);

  const planned = await reseed('--dry-run');
  expect(planned.exitCode).toBe(0);
  expect(planned.stdout).toMatch(/read 6 revisions of the cache file, and the file itself: 3 v3, 4 frankenstate/);
  expect(planned.stdout).toMatch(new RegExp(`clones docs +— +30,000 +${daysAgo(2)} +[0-9a-f]{7} +${daysAgo(1)}`));
  expect(planned.stdout).toMatch(/clones \(total\) +0 +36,057/);
  expect(planned.stdout).toContain('no day is gone for good');
  const unasked = await reseed();
  expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('capture-cli cache reseed --yes') });
  expect(await rig.read(CACHE)).toBe(FRANKENSTATE);
  await expect(access(join(rig.folder, LEDGER))).rejects.toThrow();

  const restored = await reseed('--yes', '--json');
  expect(JSON.parse(restored.stdout)).toMatchObject({
    outcome: 'restored',
    after: { clones: 36_057, total: 8_109 },
    refreshed: { after: { clones: 37_701, total: 8_109 } },
  });
  expect(await cache()).toMatchObject({ clones: 37_701, total: 8_109, npmByPackage: { acme: 4_049 } });

  // Nothing that is not to be committed is left where git sees it.
  expect((await git('status', '--porcelain')).stdout.split('\n')).toEqual([
    ` M ${CACHE}`,
    '?? .deadzonerc',
    `?? ${LEDGER}`,
    '?? installs-cache.sources.json',
  ]);
  await git('add', '.');
  await git('commit', '--quiet', '--message=restored');
  const [cacheBefore, ledgerBefore] = [await rig.read(CACHE), await rig.read(LEDGER)];
  const again = await reseed('--yes');
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing to do') });
  expect([await rig.read(CACHE), await rig.read(LEDGER)]).toEqual([cacheBefore, ledgerBefore]);
});

test('a file that is gone, a ledger that lost lines and a repository with a new name are restored together', async () => {
  const newer = cacheOf(200, 70, daysAgo(20));
  const renamed = { ...newer, clonesByRepo: { handbook: { count: 200, lastSeenDay: daysAgo(20) } }, clones: 200 };
  await writeHistory(rig.folder, CACHE, [
    { content: `\uFEFF${encodeCache(cacheOf(100, 70, daysAgo(30)))}`, at: `${daysAgo(29)}T06:00:00Z` },
    { content: encodeCache(renamed), at: `${daysAgo(19)}T06:00:00Z` },
    { content: encodeCache(newer).slice(0, 90), at: `${daysAgo(18)}T06:00:00Z` },
    { content: `<<<<<<< HEAD\n${encodeCache(newer)}`, at: `${daysAgo(17)}T06:00:00Z` },
    { content: null, at: `${daysAgo(16)}T06:00:00Z` },
  ]);
  const at = `${daysAgo(3)}T06:00:00.000Z`;
  const line = (entry: object): string => `${JSON.stringify({ ...entry, at })}\n`;
  const names = ['docs', 'handbook'].map((name) => line({ entry: 'repository', id: '7', name }));
  const day = line({ entry: 'day', source: 'clones', key: '7', name: 'handbook', day: daysAgo(19), count: 5 });
  await rig.write(LEDGER, names.join('') + day);
  await git('add', '.');
  await git('commit', '--quiet', '--message=ledger');
  await rig.write(LEDGER, names.join(''));
  await git('commit', '--quiet', '--all', '--message=merge of a stale branch');

  const restored = await reseed('--yes', '--no-refresh');
  expect(restored).toMatchObject({ exitCode: 0, stderr: '' });
  expect(restored.stdout).toContain('2 v3, 2 invalid, 1 deleted; 1 line of an earlier ledger');
  // GitHub tells of the last 14 days only.
  expect(restored.stdout).toContain(`4 days of clones of handbook, ${daysAgo(18)} to ${daysAgo(15)}`);
  expect((await cache()).clonesByRepo).toEqual({
    handbook: { count: 205, lastSeenDay: daysAgo(19) },
    server: { count: 70, lastSeenDay: daysAgo(30) },
  });
  expect((await reseed('--yes', '--no-refresh')).stdout).toContain('nothing to do');
});

test('one revision by its name; what is no revision, and a clone without history, say what to type', async () => {
  await writeHistory(rig.folder, CACHE, brokenHistory());
  for (const [revision, code] of [
    ['-x', 'revision_unknown'],
    ['--output=oops', 'revision_unknown'],
    ['nowhere', 'revision_unknown'],
  ] as const) {
    const refused = await reseed(`--from=${revision}`, '--yes', '--json');
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code } });
  }
  await expect(access(join(rig.folder, 'oops'))).rejects.toThrow();

  await git('clone', '--quiet', '--depth=1', `file://${rig.folder}`, 'shallow');
  const env = { DEADZONE_INSTALLS_CACHE: join(rig.folder, 'shallow', CACHE) };
  const refused = await rig.run(['cache', 'reseed', '--yes'], env);
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('git fetch --unshallow origin') });
  await rm(join(rig.folder, 'shallow'), { recursive: true });

  const restored = await reseed('--from', 'main~5', '--yes', '--no-refresh');
  expect(restored.exitCode).toBe(0);
  expect((await cache()).clones).toBe(35_000);
});
