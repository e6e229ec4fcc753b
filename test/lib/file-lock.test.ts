import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temp.ts';

const SOURCE = join(import.meta.dirname, '..', '..', 'src', 'lib', 'file-lock.ts');
const NOBODY = join(import.meta.dirname, '..', 'support', 'as-nobody.ts');

test('a lock file of somebody else, which may be read only, is refused: it would lock nothing', async () => {
  const folder = await temporaryDirectory();
  try {
    await chmod(folder.path, 0o755);
    const path = join(folder.path, 'work.lock');
    await writeFile(path, '');
    await chmod(path, 0o444);
    const script = `import { tryLock } from ${JSON.stringify(SOURCE)};
      try { tryLock(${JSON.stringify(path)}); console.log('locked'); } catch (error) { console.log(error.code); }`;
    const args = ['--import', NOBODY, '--input-type=module', '--eval', script];
    expect((await execa(process.execPath, args)).stdout).toBe('EACCES');
  } finally {
    await folder.remove();
  }
});
