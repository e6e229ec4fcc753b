import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { cleanEnvironment, PROJECT_ROOT } from '../support/cli.ts';
import { temporaryDirectory } from '../support/temp.ts';

const DEMO = join(PROJECT_ROOT, 'scripts', 'demo-installs.ts');

test('the outage is found, restored to its last clone, and everything is green afterwards', async () => {
  const home = await temporaryDirectory();
  try {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [DEMO], {
      env: { ...cleanEnvironment(home.path), TMPDIR: home.path },
      extendEnv: false,
      reject: false,
      timeout: 60_000,
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain('total is 44156, and the counters beside it add up to 5437');
    expect(stdout).toContain('clones 36,057 -> 37,701');
    expect(stdout).toContain('nothing to do');
    expect(stderr).toContain('As told: 36,057 clones from the history and 1,644 of yesterday are 37,701');
    expect((await readdir(home.path)).filter((name) => name.startsWith('capture-cli-demo-'))).toEqual([]);
  } finally {
    await home.remove();
  }
});
