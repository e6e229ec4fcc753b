import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeCache, type InstallsCache } from '../../src/lib/installs/cache/cache-file.ts';
import { cacheOf, FRANKENSTATE } from '../support/broken-history.ts';
import { PROJECT_ROOT, runCli } from '../support/cli.ts';
import { daysAgo, type InstallsRig, startInstallsRig } from '../support/installs-rig.ts';

const CACHE = 'installs-cache.json';
const LEDGER = 'installs-cache.ledger.jsonl';

let rig: InstallsRig;
beforeEach(async () => {
  rig = await startInstallsRig();
});
afterEach(async () => {
  await rig.close();
});

const check = (...args: readonly string[]) => rig.run(['schema-check', ...args]);
const git = (...args: readonly string[]) =>
  execa('git', ['-c', 'user.name=CI', '-c', 'user.email=ci@example.com', ...args], { cwd: rig.folder });

async function commit(content: string, ledger?: string): Promise<void> {
  await git('init', '--quiet', '--initial-branch=main');
  await rig.write(CACHE, content);
  if (ledger !== undefined) await rig.write(LEDGER, ledger);
  await git('add', '.');
  await git('commit', '--quiet', '--message=counts');
}

async function rulesOf(
  ...args: readonly string[]
): Promise<{ exitCode: number | undefined; found: readonly string[] }> {
  const { exitCode, stdout } = await check(...args, '--json');
  const { findings } = JSON.parse(stdout) as { findings: { rule: string; message: string }[] };
  return { exitCode, found: findings.map(({ rule, message }) => `${rule}: ${message}`) };
}

test('the file of an old program is rejected with every mark of it and the command that mends it', async () => {
  await rig.write(CACHE, FRANKENSTATE);
  const rejected = await rig.run(['schema-check', CACHE, '--sarif', 'found.sarif'], { GITHUB_ACTIONS: 'true' });
  expect(rejected.exitCode).toBe(1);
  expect(rejected.stdout).toContain(`${CACHE}:1:1: ghcr is a field of the first generation`);
  expect(rejected.stdout).toContain('clones is missing: every clone that was ever counted is lost');
  expect(rejected.stdout).toContain('total is 44156, and the counters beside it add up to 5437');
  expect(rejected.stdout).toContain('\n::error file=installs-cache.json,line=1,col=1,title=cache/old-shape::');
  expect(rejected.stderr).toContain('Next: capture-cli cache reseed');
  expect(JSON.parse(await rig.read('found.sarif'))).toMatchObject({
    version: '2.1.0',
    runs: [
      { results: expect.arrayContaining([expect.objectContaining({ ruleId: 'cache/old-shape', level: 'error' })]) },
    ],
  });
});

test('sums, days that have not come, and every fall since the merge base are found; a rise and a new entry are not', async () => {
  const before = cacheOf(100, 70, daysAgo(3));
  await commit(encodeCache(before));
  await rig.write(CACHE, encodeCache(cacheOf(120, 70, daysAgo(1))));
  expect(await rulesOf()).toEqual({ exitCode: 0, found: [] });

  const { server, ...rest } = before.clonesByRepo;
  const fallen: InstallsCache = {
    ...before,
    npm: 4_000,
    clonesByRepo: { ...rest, docs: { count: 100, lastSeenDay: daysAgo(9) } },
    npmByPackage: {},
  };
  await rig.write(CACHE, encodeCache(fallen));
  expect(server?.count).toBe(70);
  const { exitCode, found } = await rulesOf(CACHE, '--against', 'main');
  expect(exitCode).toBe(1);
  expect(found).toEqual([
    'cache/clones: clones is 170, and the repositories of clonesByRepo add up to 100',
    'cache/total: total is 8109, and npm + pypi + crates + releases + ghPackages + maven is 8060 (clones are not part of it)',
    expect.stringMatching(/^cache\/regressed: npm 4049 -> 4000 since the merge base with main \([0-9a-f]{7}\)$/),
    expect.stringContaining('npmByPackage.acme 4049 -> gone'),
    expect.stringContaining(`clonesByRepo.docs.lastSeenDay ${daysAgo(3)} -> ${daysAgo(9)}`),
    expect.stringContaining('clonesByRepo.server.count 70 -> gone'),
  ]);
  // What is gone is no correction.
  expect((await check(CACHE)).stderr).toBe('Next: capture-cli cache reseed\n');
  await rig.write(CACHE, encodeCache(cacheOf(100, 70, daysAgo(-1))));
  expect((await rulesOf()).found).toContainEqual(
    expect.stringContaining('cache/future: clonesByRepo.docs.lastSeenDay'),
  );
});

test('what cannot be read exits with 2: cut off, in conflict, gone, a line of the ledger, a revision that is none', async () => {
  await commit(encodeCache(cacheOf(100, 70, daysAgo(3))), '');
  for (const [content, message] of [
    [encodeCache(cacheOf(1, 1, daysAgo(3))).slice(0, 80), 'the JSON ends early'],
    ['{\n<<<<<<< HEAD\n}', `${CACHE}:2:1: line 2 is the mark of a merge conflict`],
  ] as const) {
    await rig.write(CACHE, content);
    expect(await check(CACHE)).toMatchObject({ exitCode: 2, stdout: expect.stringContaining(message) });
  }
  await git('rm', '--quiet', '--force', CACHE);
  await git('reset', '--quiet');
  await rig.write(
    LEDGER,
    `{"entry":"repository","id":"1","name":"a","at":"${daysAgo(1)}T06:00:00.000Z"}\n{"entry":"day"}\n`,
  );
  const gone = await check();
  expect(gone.exitCode).toBe(2);
  expect(gone.stdout).toMatch(/^installs-cache\.json:1:1: .*no such file/m);
  expect(gone.stdout).toMatch(/^installs-cache\.ledger\.jsonl:2:1: not an entry of a ledger/m);
  const pullRequest = await rig.run(['schema-check', LEDGER], { GITHUB_BASE_REF: 'main' });
  expect(pullRequest).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('fetch-depth: 0') });
  expect(await check(LEDGER, '--against', '--output=x')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('is not a revision of the git repository'),
  });
});

test('a genuine correction passes with its reason, which the ledger keeps; nothing else is let through', async () => {
  const wrong = { ...cacheOf(100, 70, daysAgo(3)), npm: 9_049, npmByPackage: { acme: 9_049 }, total: 13_109 };
  await commit(encodeCache(wrong));
  const reseeded = await rig.run(['cache', 'reseed', '--yes', '--no-refresh']);
  expect(reseeded.exitCode).toBe(0);
  await git('add', '.');
  await git('commit', '--quiet', '--message=ledger');
  await rig.write(CACHE, encodeCache(cacheOf(100, 70, daysAgo(3))));
  expect(await check()).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('npmByPackage.acme 9049 -> 4049'),
    stderr: expect.stringContaining('schema-check --allow npm --allow total --allow npmByPackage.acme --reason "'),
  });

  const reason = ['--reason', 'mirrors were counted'];
  const other = await check('--allow', 'clones', ...reason);
  expect(other).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('clones has not fallen') });
  await rig.write(CACHE, encodeCache({ ...cacheOf(100, 70, daysAgo(3)), npmByPackage: {} }));
  const gone = await check('--allow', 'npmByPackage.acme', ...reason);
  expect(gone).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('entries are never taken out') });
  await rig.write(CACHE, encodeCache(cacheOf(100, 70, daysAgo(3))));
  const fields = ['npm', 'npmByPackage.acme', 'total'].flatMap((field) => ['--allow', field]);
  const allowed = await check(...fields, ...reason);
  expect(allowed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('allowed: npm 9049 -> 4049') });
  expect(await rig.read(LEDGER)).toContain(
    '"field":"npmByPackage.acme","from":9049,"to":4049,"reason":"mirrors were counted"',
  );
  // Neither does a reseed bring the wrong number back.
  expect((await rig.run(['cache', 'reseed', '--yes', '--no-refresh'])).stdout).toContain('nothing to do');

  const lines = (await rig.read(LEDGER)).split('\n');
  await rig.write(LEDGER, lines.slice(1).join('\n'));
  expect((await rulesOf(LEDGER)).found).toEqual([expect.stringContaining('ledger/rewritten: 1 of ')]);
});

test('every other file of ours is recognised by its content; the schema is printed', async () => {
  await rig.write('libs.yaml', 'libraries:\n  - lib_id: /acme/docs\n');
  await rig.write('pack.yaml', 'release:\n    tag: [1]\n');
  await rig.write('.deadzonerc.json', '{"backfil":{}}');
  await rig.write('ci.yml', 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: a/b@main\n');
  await rig.write('deadzone.db', 'SQLite format 3\0');
  const { stdout, exitCode } = await check(
    'libs.yaml',
    'pack.yaml',
    '.deadzonerc.json',
    'ci.yml',
    'deadzone.db',
    '--json',
  );
  expect(exitCode).toBe(1);
  const { files, findings } = JSON.parse(stdout);
  expect(files.map(({ kind }: { kind: string }) => kind)).toEqual([
    'registry',
    'manifest',
    'settings',
    'workflow',
    'doc database',
  ]);
  expect(new Set(findings.map(({ rule }: { rule: string }) => rule))).toEqual(
    new Set(['registry_invalid', 'manifest_invalid', 'config_invalid', 'pinned', 'permissions', 'database_unusable']),
  );
  await rig.write(
    'libs.yaml',
    'libraries:\n  - { lib_id: /acme/docs, kind: github-md, urls: ["https://acme.dev/a.md"] }\n',
  );
  await rig.write('.deadzonerc.json', '{}');
  expect(await check('libs.yaml', '--store')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('there is no store at'),
  });
  await rig.write('notes.txt', 'hello');
  expect(await check('notes.txt')).toMatchObject({ exitCode: 2 });
  // Outside of git there is nothing to compare with, and nothing is staged.
  for (const flags of [['libs.yaml', CACHE, '--against', 'main'], ['--staged']]) {
    await rig.write(CACHE, encodeCache(cacheOf(100, 70, daysAgo(3))));
    const refused = await check(...flags, '--json');
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'not_in_git', exitCode: 2 } });
  }
  expect(JSON.parse((await check('--print-schema')).stdout)).toMatchObject({
    type: 'object',
    additionalProperties: false,
    required: expect.arrayContaining(['clones', 'clonesByRepo']),
  });
});

test('the hook judges what is staged, also in a linked work tree and below the root; a mend of the folder alone is none', async () => {
  const folder = join(rig.folder, 'tree', 'my site');
  const good = encodeCache(cacheOf(100, 70, daysAgo(3)));
  const path = join('my site', CACHE);
  await mkdir(join(rig.folder, 'bin'));
  const call = `exec ${process.execPath} ${join(PROJECT_ROOT, 'bin', 'run.js')}`;
  await writeFile(join(rig.folder, 'bin', 'npx'), `#!/bin/sh\nshift 3\n${call} "$@"\n`, { mode: 0o755 });
  await commit('{}');
  await git('worktree', 'add', '--quiet', '-b', 'work', 'tree');
  await rig.write('tree/.deadzonerc', JSON.stringify({ installs: { cache: path } }));
  await mkdir(folder);
  const inTree = (...args: readonly string[]) =>
    execa('git', ['-c', 'user.name=CI', '-c', 'user.email=ci@example.com', ...args], {
      cwd: folder,
      reject: false,
      env: { PATH: `${join(rig.folder, 'bin')}:${process.env['PATH']}` },
    });
  await writeFile(join(folder, CACHE), good);
  await inTree('rm', '--quiet', `../${CACHE}`);
  await inTree('add', '..');
  await inTree('commit', '--quiet', '--message=site');
  const installed = await runCli(['schema-check', '--install-hook'], { cwd: folder });
  expect(installed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('checks what is staged') });

  await writeFile(join(folder, CACHE), encodeCache(cacheOf(90, 70, daysAgo(3))));
  await inTree('add', CACHE);
  await writeFile(join(folder, CACHE), good);
  const refused = await inTree('commit', '--message=regressed');
  expect(refused.exitCode).toBe(1);
  const told = `${refused.stdout}${refused.stderr}`;
  expect(told).toContain('clonesByRepo.docs.count 100 -> 90 since the last commit');
  expect(told).toContain(`Next: then stage it: git add '${path}'`);
  await inTree('rm', '--quiet', '--cached', '--force', CACHE);
  const gone = await inTree('commit', '--message=gone');
  expect(`${gone.stdout}${gone.stderr}`).toContain(`${path}:1:1: there is no such file`);
  // The folder alone is in order all the time, and is what is committed with --all.
  await inTree('add', CACHE);
  await writeFile(join(folder, 'note.txt'), 'x');
  await inTree('add', '.');
  expect(await inTree('commit', '--all', '--message=mended')).toMatchObject({ exitCode: 0 });
});
