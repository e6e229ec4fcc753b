import { OperatorError } from '../../errors.ts';
import { type FileLock, LockFileDamaged, tryLock } from '../../file-lock.ts';
import { asStoreError } from '../filesystem-errors.ts';

/**
 * Takes the ownership of a store, or returns null at once when another process (or another opening in this one) has it.
 *
 * @throws OperatorError `store_not_writable`, `store_full`, `store_damaged` when the lock file is not one
 */
export function tryOwnership(path: string): FileLock | null {
  try {
    return tryLock(path);
  } catch (thrown) {
    if (!(thrown instanceof LockFileDamaged)) throw asStoreError(thrown, path);
    throw new OperatorError(`the lock file of the store, ${path}, is damaged`, {
      code: 'store_damaged',
      nextSteps: [
        `make sure that no capture-cli is running, then: rm ${path}`,
        'and run the command again: the data is elsewhere and unharmed',
      ],
      cause: thrown,
    });
  }
}
