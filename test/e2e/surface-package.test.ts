import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../support/cli.ts';

let folder: string;
let packed: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capture-cli-package-'));
  // --ignore-scripts: prepack would build again under the feet of the other tests.
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await execa('npm', args, { cwd: PROJECT_ROOT });
  packed = JSON.parse(stdout)[0].files.map((file: { path: string }) => file.path);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the package holds what it needs to run, and nothing else', () => {
  for (const path of ['bin/run.js', 'dist/cli/main.js', 'oclif.manifest.json', '.deadzonerc.example', 'LICENSE']) {
    expect(packed).toContain(path);
  }
  expect(packed.filter((path) => /^(src|test|bench|scripts|node_modules)\//.test(path))).toEqual([]);
});

test('every migration is in the package', async () => {
  const migrations = await readdir(join(PROJECT_ROOT, 'supabase', 'migrations'));
  expect(migrations.length).toBeGreaterThan(0);
  for (const migration of migrations) expect(packed).toContain(`supabase/migrations/${migration}`);
});

test('installed from the tarball into an empty folder, it runs', { timeout: 120_000 }, async () => {
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await writeFile(join(folder, 'package.json'), '{"private": true}');
  const flags = ['--prefer-offline', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'];
  const env = { PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) };
  await execa('npm', ['install', join(folder, tarball), ...flags], { cwd: folder, env, timeout: 90_000 });
  const { stdout } = await execa('npx', ['--no-install', 'capture-cli', '--version'], { cwd: folder, env });
  expect(stdout).toMatch(/^capture-cli\/\d+\.\d+\.\d+ /);
});
