import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installHook, uninstallHook } from '../../../src/lib/git/pre-commit-hook.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../support/temp.ts';

let folder: TemporaryDirectory;
let root: string;

beforeEach(async () => {
  folder = await temporaryDirectory();
  root = folder.path;
  await git('init', '--quiet');
  // Stands for the command line: it fails while there is a file named bad.
  await mkdir(join(root, 'bin'));
  await writeFile(join(root, 'bin', 'npx'), '#!/bin/sh\necho "$@" >> called\ntest ! -e bad\n');
  await chmod(join(root, 'bin', 'npx'), 0o755);
});
afterEach(() => folder.remove());

const git = (...args: readonly string[]) =>
  execa('git', ['-c', 'user.name=CI', '-c', 'user.email=ci@example.com', ...args], {
    cwd: root,
    reject: false,
    env: { PATH: `${join(root, 'bin')}:${process.env['PATH']}` },
  });
const commit = async () => (await git('commit', '--quiet', '--allow-empty', '--message=x')).exitCode;
const read = (path: string) => readFile(join(root, path), 'utf8');

test('a commit is refused while the check fails; a hook that was there goes on after it; both ways it is done once', async () => {
  const hook = '#!/bin/bash\necho mine > ran\nexit 0\n';
  await writeFile(join(root, '.git/hooks/pre-commit'), hook);
  expect(await installHook(root)).toMatchObject({ file: '.git/hooks/pre-commit', outcome: 'installed' });
  expect(await installHook(join(root, 'bin'))).toMatchObject({ outcome: 'unchanged' });
  expect([await commit(), await read('ran'), await read('called')]).toEqual([
    0,
    'mine\n',
    '--no -- capture-cli schema-check --staged\n',
  ]);
  await writeFile(join(root, 'bad'), '');
  expect(await commit()).toBe(1);
  expect(await uninstallHook(root)).toMatchObject({ outcome: 'removed' });
  expect([await read('.git/hooks/pre-commit'), await commit()]).toEqual([hook, 0]);
  expect(await uninstallHook(root)).toMatchObject({ outcome: 'unchanged' });
});

test('husky’s hook is the one in .husky, core.hooksPath is obeyed, and lefthook’s file is left to its owner', async () => {
  await git('config', 'core.hooksPath', 'ours');
  await mkdir(join(root, 'ours'));
  expect(await installHook(root)).toMatchObject({ file: 'ours/pre-commit', outcome: 'installed' });
  expect((await stat(join(root, 'ours/pre-commit'))).mode & 0o111).toBe(0o111);
  await uninstallHook(root);
  await expect(stat(join(root, 'ours/pre-commit'))).rejects.toThrow();

  await mkdir(join(root, '.husky'));
  expect(await installHook(root)).toMatchObject({ file: '.husky/pre-commit', outcome: 'installed' });
  await rm(join(root, '.husky'), { recursive: true });
  // husky in a folder of a larger repository; what an earlier version wrote is replaced.
  await git('config', 'core.hooksPath', 'web/.husky/_');
  await mkdir(join(root, 'web', '.husky'), { recursive: true });
  const earlier =
    '# >>> capture-cli schema-check >>>\nnpx --no -- capture-cli schema-check || exit 1\n# <<< capture-cli schema-check <<<\n';
  await writeFile(join(root, 'web/.husky/pre-commit'), `${earlier}npm test\n`);
  expect(await installHook(root)).toMatchObject({ file: 'web/.husky/pre-commit', outcome: 'installed' });
  expect(await read('web/.husky/pre-commit')).toMatch(/^# >>>.*\n.*--staged \|\| exit 1\n# <<<.*\nnpm test\n$/);
  await uninstallHook(root);
  expect(await read('web/.husky/pre-commit')).toBe('npm test\n');
  await git('config', 'core.hooksPath', 'ours');

  await writeFile(join(root, 'lefthook.yml'), 'pre-push: {}\n');
  expect(await installHook(root)).toMatchObject({
    outcome: 'add_by_hand',
    lines: expect.arrayContaining(['pre-commit:']),
  });
  expect(await read('lefthook.yml')).toBe('pre-push: {}\n');
  await writeFile(join(root, 'lefthook.yml'), 'pre-commit: {commands: {check: {run: capture-cli schema-check}}}\n');
  expect(await uninstallHook(root)).toMatchObject({ outcome: 'remove_by_hand' });
  await rm(join(root, 'lefthook.yml'));
  await writeFile(join(root, 'lefthook.toml'), '');
  expect((await installHook(root)).lines[0]).toBe('[pre-commit.commands.schema-check]');
  await rm(join(root, 'lefthook.toml'));

  await writeFile(join(root, 'ours/pre-commit'), '#!/usr/bin/env node\n');
  await expect(installHook(root)).rejects.toMatchObject({ code: 'hook_not_shell' });
});
