import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ResolvedConfig, resolveConfig } from '../../../src/lib/config/resolve.ts';
import { SETTING_KEYS, SETTINGS } from '../../../src/lib/config/settings.ts';
import { PROJECT_ROOT } from '../../support/cli.ts';

let folder: string;
let example: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capture-cli-example-'));
  example = await readFile(join(PROJECT_ROOT, '.deadzonerc.example'), 'utf8');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function resolve(content: string): Promise<ResolvedConfig> {
  await writeFile(join(folder, '.deadzonerc'), content);
  return await resolveConfig({ cwd: folder, env: {}, homeDirectory: folder });
}

test('the example as it is says the defaults', async () => {
  const { values } = await resolve(example);
  await rm(join(folder, '.deadzonerc'));
  const defaults = await resolveConfig({ cwd: folder, env: {}, homeDirectory: folder });
  expect(values).toEqual(defaults.values);
});

test('the example with every setting switched on is valid and sets every key', async () => {
  const { provenance } = await resolve(example.replaceAll(/^(\s+)#(\w+:)/gm, '$1$2'));
  const unset = SETTING_KEYS.filter((key) => provenance[key].kind !== 'project-file');
  expect(unset).toEqual([]);
});

test('the example names the environment variable of every setting', () => {
  for (const key of SETTING_KEYS) expect(example).toContain(`Environment: ${SETTINGS[key].env}`);
});
