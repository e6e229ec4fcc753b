import { mkdir } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import type { Clock } from '../../clock.ts';
import { messageOf, OperatorError } from '../../errors.ts';
import { type FileLock, LockFileDamaged, tryLock } from '../../file-lock.ts';

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
  const path = lockPathOf(cache);
  const deadline = clock.now() + PATIENCE_MS;
  for (let isFirst = true; ; isFirst = false) {
    signal.throwIfAborted();
    const lock = await take(path);
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

/** `installs-cache.json` has `.installs-cache.lock` beside it. */
function lockPathOf(cache: string): string {
  const { dir, name } = parse(cache);
  return join(dir, `.${name}.lock`);
}

async function take(path: string): Promise<FileLock | null> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return tryLock(path);
  } catch (thrown) {
    throw new OperatorError(`the installs cache cannot be written: ${messageOf(thrown)}`, {
      code: 'cache_not_writable',
      nextSteps: [thrown instanceof LockFileDamaged ? `rm ${path}` : `ls -ld ${dirname(path)}`],
      cause: thrown,
    });
  }
}
