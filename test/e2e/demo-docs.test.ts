import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { cleanEnvironment, PROJECT_ROOT } from '../support/cli.ts';
import { temporaryDirectory } from '../support/temp.ts';

const DEMO = join(PROJECT_ROOT, 'scripts', 'demo-docs.ts');

test('from installed packages to a published pack that answers, and nothing to do the second time', async () => {
  const home = await temporaryDirectory();
  try {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [DEMO, '3'], {
      env: { ...cleanEnvironment(home.path), TMPDIR: home.path, DEADZONE_DOCS_EMBEDDER: 'nomic' },
      extendEnv: false,
      reject: false,
      timeout: 60_000,
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/\/npm\/commander@[\d.]+ {2}Commands/);
    expect(stderr).toContain('done: 3 unchanged');
    expect(stderr).toContain('all answered "not modified"; v1.0.0 has deadzone.db, deadzone.db.sha256.');
    expect((await readdir(home.path)).filter((name) => name.startsWith('capture-cli-demo-'))).toEqual([]);
  } finally {
    await home.remove();
  }
});
