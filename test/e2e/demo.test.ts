import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cleanEnvironment, PROJECT_ROOT } from '../support/cli.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';
import { openTerminal } from '../support/terminal.ts';

let home: TemporaryDirectory;
beforeEach(async () => {
  home = await temporaryDirectory();
});
afterEach(() => home.remove());

/** The demo with few pull requests; its temporary folder is made in `home`. */
const DEMO = join(PROJECT_ROOT, 'scripts', 'demo.ts');
const environment = () => ({ ...cleanEnvironment(home.path), TMPDIR: home.path });
const foldersLeft = async () => (await readdir(home.path)).filter((name) => name.startsWith('capture-cli-demo-'));

test('the demo ends with a verified backfill, piped, whatever the environment points at', async () => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [DEMO, '120'], {
    env: { ...environment(), SUPABASE_URL: 'https://example.supabase.co', DEADZONE_BACKFILL_CHUNK_SIZE: 'x' },
    extendEnv: false,
    reject: false,
    timeout: 40_000,
  });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stderr).toContain('completed: acme/rocket, 120 of 120 pull requests (100%)');
  expect(stdout).toContain('acme/rocket: verified, 120 pull requests');
  expect(stdout).toContain('acme/rocket: completed, 120 of 120 pull requests (100%)');
  expect(stderr).toContain('That was the demo');
  expect(await foldersLeft()).toEqual([]);
});

test('Ctrl-C in the middle of the demo ends it with 130 and leaves nothing behind', async () => {
  const terminal = openTerminal({ file: process.execPath, args: [DEMO, '3000'], env: environment() });
  try {
    await terminal.waitFor(/\d+ of 3,000 pull requests · /, 30_000);
    terminal.write('\u0003');
    expect(await terminal.exited).toEqual({ exitCode: 130, signal: undefined });
    expect(terminal.text()).toContain('The demo ended with exit code 130; what it stored is removed.');
    expect(terminal.cursorVisible()).toBe(true);
    expect(await foldersLeft()).toEqual([]);
  } finally {
    await terminal.close();
  }
});
