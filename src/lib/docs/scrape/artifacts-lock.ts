import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, OperatorError } from '../../errors.ts';
import { type FileLock, LockFileDamaged, tryLock } from '../../file-lock.ts';

const LOCK_FILE = '.scrape.lock';

/** Of what is in the folder, git is to keep the record of the last release. */
const GITIGNORE = `# Artifacts are made anew by capture-cli scrape.
*
!.gitignore
!manifest.yaml
`;

/**
 * Makes the folder of artifacts, for git to ignore, and keeps other scrapes out of it. The kernel holds the lock for this process: however it
 * ends, the next scrape begins at once.
 *
 * @throws OperatorError `artifacts_locked`, `artifacts_not_writable`
 */
export async function lockArtifacts(folder: string): Promise<FileLock> {
  const path = join(folder, LOCK_FILE);
  let lock: FileLock | null;
  try {
    await makeFolder(folder);
    lock = tryLock(path);
  } catch (thrown) {
    const remedy = thrown instanceof LockFileDamaged ? `rm ${path}` : `ls -ld ${folder}`;
    throw new OperatorError(`artifacts cannot be written to ${folder}: ${messageOf(thrown)}`, {
      code: 'artifacts_not_writable',
      nextSteps: [remedy, 'or name another folder with --artifacts DIR'],
      cause: thrown,
    });
  }
  if (lock !== null) return lock;
  throw new OperatorError(`another scrape is at work in ${folder}`, {
    code: 'artifacts_locked',
    nextSteps: ['wait until it has ended, then run the command again', 'or name another folder with --artifacts DIR'],
  });
}

/** A folder that is there already is left as it is: its owner has decided what git keeps of it. */
async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  if (made !== undefined) await writeFile(join(folder, '.gitignore'), GITIGNORE, { flag: 'wx' });
}
