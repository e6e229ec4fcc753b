import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeCache, type InstallsCache } from '../../src/lib/installs/cache/cache-file.ts';
import { brokenHistory, NEW_DAY } from '../support/broken-history.ts';
import { writeHistory } from '../support/cache-history.ts';
import { PROJECT_ROOT } from '../support/cli.ts';
import { type InstallsRig, lately, startInstallsRig } from '../support/installs-rig.ts';

const CACHE = 'installs-cache.json';
const SETTINGS = {
  npm: ['acme'],
  pypi: ['acme'],
  crates: ['acme'],
  organization: 'acme',
  repositories: ['docs', 'server'],
  manual: 'manual.json',
};

let rig: InstallsRig;
beforeEach(async () => {
  rig = await startInstallsRig({
    npm: { acme: lately(20, 30) },
    pypi: { acme: lately(5, 5) },
    crates: { acme: 49 },
  });
});
afterEach(() => rig.close());

/** What the runbook tells to type, in order. */
async function calls(): Promise<readonly (readonly string[])[]> {
  const text = await readFile(join(PROJECT_ROOT, 'docs', 'runbooks', 'installs-cache.md'), 'utf8');
  const blocks = [...text.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].map(([, block = '']) => block);
  const lines = blocks.flatMap((block) => block.split('\n').map((line) => line.trim())).filter(Boolean);
  return lines.map((line) => [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word));
}

/** Somebody puts the right number of downloads into the file. */
async function correctByHand(): Promise<void> {
  const cache: InstallsCache = JSON.parse(await rig.read(CACHE));
  const fallen = { ...cache, npm: 4_000, npmByPackage: { acme: 4_000 }, total: cache.total - 49 };
  await writeFile(join(rig.folder, CACHE), encodeCache(fallen));
}

test('every command of the runbook, in its order, from the outage to the hook', async () => {
  await writeHistory(rig.folder, CACHE, brokenHistory());
  await rig.configure(SETTINGS);
  await rig.write('manual.json', JSON.stringify({ ghPackages: { image: 2_672 }, maven: { 'io.acme': 0 } }));
  for (const [index, name] of (['docs', 'server', 'website'] as const).entries()) {
    rig.sandbox.mutate({ kind: 'create', options: { owner: 'acme', name, prs: 0, seed: index } });
    if (name === 'website') continue;
    rig.sandbox.traffic.set(rig.sandbox.repository(`acme/${name}`), 'clones', lately(999, NEW_DAY[name]));
  }
  rig.sandbox.actions.hostWorkflows('acme/website', join(PROJECT_ROOT, '.github', 'workflows'));

  const exitCodes: (readonly [string, number | undefined])[] = [];
  for (const [program, ...args] of await calls()) {
    if (args.includes('--allow')) await correctByHand();
    const isRemote = args.includes('--remote');
    const { exitCode, stderr } =
      program === 'git'
        ? await execa('git', ['-c', 'user.name=CI', '-c', 'user.email=ci@example.com', ...args], { cwd: rig.folder })
        : await rig.run(isRemote ? [...args, '--detach'] : args, { GITHUB_REPOSITORY: 'acme/website' });
    exitCodes.push([[program, ...args].join(' '), exitCode]);
    if (isRemote) expect(stderr).toContain('Started installs-cache.yml');
  }
  const failed = exitCodes.filter(([, exitCode]) => exitCode !== 0);
  expect(failed).toEqual([['capture-cli schema-check installs-cache.json', 1]]);
  expect(exitCodes.length).toBe(11);
  expect(JSON.parse(await rig.read(CACHE))).toMatchObject({ clones: 37_701, npm: 4_000 });
});
