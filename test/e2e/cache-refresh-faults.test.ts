import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeHistory } from '../support/cache-history.ts';
import { startCli } from '../support/cli-rig.ts';
import { cacheV2, type InstallsRig, lately, startInstallsRig } from '../support/installs-rig.ts';

let rig: InstallsRig;
beforeEach(async () => {
  rig = await startInstallsRig();
});
afterEach(async () => {
  await rig.close();
});

test('two refreshes at once are one after the other, and nothing is written twice', async () => {
  rig.host.downloads.npm['acme'] = lately(1, 2, 3);
  await rig.configure({ npm: ['acme'], organization: 'acme' });
  rig.sandbox.traffic.set(rig.repository('docs'), 'clones', lately(1, 2));
  const ended = await Promise.all([rig.refresh('--init'), rig.refresh('--init')]);
  expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const days = (await rig.ledger())
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
  expect((await rig.refresh('--init')).exitCode).toBe(0);
  // Killed between ledger and cache file: the next refresh writes the file that the ledger makes.
  const written = await rig.cacheText();
  await rig.write(
    'installs-cache.json',
    cacheV2({ npm: 0, pypi: 0, crates: 0, clones: 0, clonesByRepo: {}, total: 0 }),
  );
  await rig.write('installs-cache.ledger.jsonl', `${await rig.ledgerText()}{"entry":"day","sour`);
  expect((await rig.refresh()).exitCode).toBe(0);
  expect(await rig.cacheText()).toBe(written);
});

test('a cache that is gone or cannot be read is an error that names reseed, never a cold start', async () => {
  await rig.configure({ crates: ['acme'] });
  rig.host.downloads.crates['acme'] = 1;
  const git = (...args: readonly string[]) =>
    execa('git', ['-c', 'user.name=CI', '-c', 'user.email=ci@example.com', ...args], { cwd: rig.folder });
  const refused = async (words: string) => {
    const { exitCode, stderr } = await rig.refresh('--init');
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(words) });
    expect(stderr).toContain('capture-cli cache reseed');
  };
  await rig.write('installs-cache.json', cacheV2().slice(0, 90));
  await refused('the JSON ends early');
  await rig.write('installs-cache.json', `<<<<<<< HEAD\n${cacheV2()}\n=======\n${cacheV2()}\n>>>>>>> other\n`);
  await refused('line 1 is the mark of a merge conflict');
  const old = { npm: 4049, pypi: 1339, crates: 49, ghcr: 0, maven: 0, total: 44156, fetchedAt: '' };
  await rig.write('installs-cache.json', JSON.stringify(old));
  await refused('total is 44156, and its counters add up to 5437');

  const revisions = Array.from(
    { length: 1_000 },
    (_, index) => `\uFEFF${cacheV2({ npm: index, total: 1349 + index })}`,
  );
  await writeHistory(
    rig.folder,
    'installs-cache.json',
    revisions.map((content) => ({ content, at: '2026-05-01T06:00:00Z' })),
  );
  await rm(join(rig.folder, 'installs-cache.json'));
  await refused('is gone, and git has revisions of it');

  await git('checkout', '--quiet', 'installs-cache.json');
  expect((await rig.refresh()).exitCode).toBe(0);
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'ledger');
  const before = await rig.cacheText();
  // The ledger makes the cache file again, and git has the ledger.
  await rm(join(rig.folder, 'installs-cache.json'));
  expect((await rig.refresh()).exitCode).toBe(0);
  expect(await rig.cacheText()).toBe(before);
  await rm(join(rig.folder, 'installs-cache.ledger.jsonl'));
  await refused('installs-cache.ledger.jsonl is gone');
});

test('a cache file that knows more than its ledger is not overwritten, and what was fetched is kept', async () => {
  await rig.configure({ crates: ['acme'] });
  rig.host.downloads.crates['acme'] = 50;
  await rig.refresh('--init');
  const edited = (await rig.cacheText()).replaceAll(': 50', ': 70');
  await rig.write('installs-cache.json', edited);
  rig.host.downloads.crates['acme'] = 60;
  const { exitCode, stderr } = await rig.refresh();
  expect(exitCode).toBe(1);
  expect(stderr).toContain('it would regress crates 70 -> 60, total 70 -> 60, cratesByPackage.acme 70 -> 60');
  expect(await rig.cacheText()).toBe(edited);
  expect((await rig.ledger()).at(-1)).toMatchObject({ source: 'crates', count: 60 });

  // What else is to be written is in the way of nothing, and its place is named where it cannot be.
  await mkdir(join(rig.folder, 'taken'));
  await rig.write('installs-cache.json', edited.replaceAll(': 70', ': 60'));
  for (const flags of [
    ['cache', 'refresh', '--public', 'taken'],
    ['cache', 'refresh', '--shields', 'installs-cache.json/badges'],
    ['schema-check', '--sarif', 'taken'],
  ]) {
    const unwritable = JSON.parse((await rig.run([...flags, '--json'])).stdout);
    expect(unwritable).toMatchObject({ error: { code: 'file_not_writable', exitCode: 1 } });
  }
});
