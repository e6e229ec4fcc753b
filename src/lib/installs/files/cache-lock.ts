import { mkdir } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import type { Clock } from '../../clock.ts';
import { messageOf, OperatorError } from '../../errors.ts';
import { type FileLock, LockFileDamaged, tryLock } from '../../file-lock.ts';
import { repositoryIfAny } from '../../git/repository.ts';
import { askGit } from '../../git/run-git.ts';
import { shellWord } from '../../shell-word.ts';

/** How often a lock that another process holds is tried again, and for how long. In milliseconds. */
const TRY_EVERY_MS = 200;
const PATIENCE_MS = 10 * 60_000;

/**
 * Keeps every other writer of a cache file and its ledger out until it is released, and waits for one that is at work. The
 * kernel holds the lock for this process: however it ends, the next goes on at once.
 *
 * @param onWait called once when there is somebody to wait for
 * @throws OperatorError `cache_locked`, `cache_not_writable`; the signal's reason when it is aborted
 */
export async function lockCache(
  cache: string,
  { clock, signal, onWait }: { readonly clock: Clock; readonly signal: AbortSignal; readonly onWait: () => void },
): Promise<FileLock> {
  const path = await lockPathOf(cache);
  const deadline = clock.now() + PATIENCE_MS;
  for (let isFirst = true; ; isFirst = false) {
    signal.throwIfAborted();
    const lock = await take(cache, path);
    if (lock !== null) return lock;
    if (isFirst) onWait();
    if (clock.now() >= deadline) {
      throw new OperatorError(`another refresh or reseed has been at work on ${cache} for 10 minutes`, {
        code: 'cache_locked',
        nextSteps: ['wait until it has ended, then run the command again'],
      });
    }
    await clock.sleep(TRY_EVERY_MS, signal);
  }
}

/**
 * In the git directory of the checkout, where no `git status` shows it and no `git add` takes it: one lock for all caches of
 * a checkout. Without a repository, or one that git refuses to read, it is beside the cache: `.installs-cache.lock`.
 */
async function lockPathOf(cache: string): Promise<string> {
  const repository = await repositoryIfAny(cache).catch(() => null);
  const answer = repository && (await askGit(repository.root, ['rev-parse', '--absolute-git-dir']));
  if (answer) return join(answer.trimEnd(), 'capture-cli-installs.lock');
  const { dir, name } = parse(cache);
  return join(dir, `.${name}.lock`);
}

async function take(cache: string, path: string): Promise<FileLock | null> {
  try {
    await mkdir(dirname(cache), { recursive: true });
    return tryLock(path);
  } catch (thrown) {
    throw new OperatorError(`the installs cache cannot be written: ${messageOf(thrown)}`, {
      code: 'cache_not_writable',
      nextSteps: [
        thrown instanceof LockFileDamaged
          ? `rm ${shellWord(path)}`
          : `ls -ld ${shellWord(path)} ${shellWord(dirname(path))}`,
      ],
      cause: thrown,
    });
  }
}
