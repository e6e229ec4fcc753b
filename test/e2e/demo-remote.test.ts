import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cleanEnvironment, PROJECT_ROOT } from '../support/cli.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';
import { openTerminal } from '../support/terminal.ts';

let home: TemporaryDirectory;
beforeEach(async () => {
  home = await temporaryDirectory();
  // Under root the database runs as another user, who must be able to pass through.
  await chmod(home.path, 0o711);
});
afterEach(() => home.remove());

/** The demo with few pull requests; its temporary folders are made in `home`. */
const DEMO = join(PROJECT_ROOT, 'scripts', 'demo-remote.ts');
const environment = () => ({ ...cleanEnvironment(home.path), TMPDIR: home.path });
const foldersLeft = async () => (await readdir(home.path)).filter((name) => /^capture-cli-/.test(name));

test('the remote demo ends well, then fails with the log of the broken worker, and finds both as told', async () => {
  const { exitCode, stderr } = await execa(process.execPath, [DEMO, '60'], {
    env: { ...environment(), SUPABASE_URL: 'https://example.supabase.co', DEADZONE_BACKFILL_CHUNK_SIZE: 'x' },
    extendEnv: false,
    reject: false,
    timeout: 55_000,
  });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const [, good = '', bad = ''] = stderr.split('$ capture-cli backfill acme/big --remote --workers 4\n');
  expect(good).toContain('completed: acme/big, 60 of 60 pull requests (100%)');
  expect(good).toMatch(/\nsucceeded: Backfill acme\/big /);
  expect(good).toContain('As told: exit code 0');
  const end = bad.slice(bad.lastIndexOf('failed: Worker 2, at step "Capture chunks"'));
  expect(end).toContain('  | npm error network The package registry cannot be reached.\n');
  expect(end).toMatch(/\nfailed: Backfill acme\/big /);
  expect(end).toContain('As told: exit code 1');
  expect(await foldersLeft()).toEqual([]);
});

test('Ctrl-C in the middle of the remote demo ends it with 130 and leaves nothing behind', async () => {
  const terminal = openTerminal({ file: process.execPath, args: [DEMO, '400'], env: environment(), columns: 100 });
  try {
    await terminal.waitFor(/running +Worker \d +Capture chunks/, 40_000);
    terminal.write('\u0003');
    expect(await terminal.exited).toEqual({ exitCode: 130, signal: undefined });
    const text = terminal.text().replaceAll(/\s+/g, ' ');
    expect(text).toContain('Detached: run 15000000001 goes on.');
    expect(text).toContain('The demo ended with exit code 130; what it stored is removed.');
    expect(terminal.cursorVisible()).toBe(true);
    expect(await foldersLeft()).toEqual([]);
  } finally {
    await terminal.close();
  }
});
