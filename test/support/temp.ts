import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryDirectory {
  readonly path: string;
  remove(): Promise<void>;
}

/** An empty directory of this test's own. `remove()` removes it with all that is in it. */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'capture-cli-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/**
 * Changes with the path, mode, time or content of anything below a directory. A store's lock is not read: closing a file
 * lets go of the locks that this process has on it.
 */
export async function directoryFingerprint(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of (await readdir(directory, { recursive: true })).toSorted()) {
    const path = join(directory, entry);
    const { mode, size, mtimeMs } = await stat(path);
    hash.update(`${entry} ${mode} ${mtimeMs}\n`);
    if (size > 0 && !entry.endsWith('owner.lock') && (await stat(path)).isFile()) hash.update(await readFile(path));
  }
  return hash.digest('hex');
}
