import { messageOf, OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

/** SQLSTATE `disk_full`. */
export const DATABASE_FULL = '53100';

/** The disk that holds the store is full, or nearly so. What was acknowledged is safe. */
export function storeFull(location: string, cause?: unknown): OperatorError {
  return storeFullError(`there is no space left for the store at ${location}`, cause);
}

/** As `storeFull`, in the words of the database that told it. */
export function storeFullError(message: string, cause?: unknown): OperatorError {
  return new OperatorError(message, {
    code: 'store_full',
    nextSteps: ['free some space there, then run the command again: it goes on where it stopped'],
    cause,
  });
}

/**
 * Turns a failed file operation on the store into an error that says what to do; anything else is passed on unchanged.
 *
 * @returns OperatorError `store_full`, `store_not_writable`, `store_unusable`
 */
export function asStoreError(thrown: unknown, path: string): unknown {
  if (thrown instanceof OperatorError || !(thrown instanceof Error) || !('code' in thrown)) return thrown;
  switch (thrown.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return storeFull(path, thrown);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new OperatorError(`the store must read and write ${path}, and may not (${thrown.code})`, {
        code: 'store_not_writable',
        exitCode: EXIT.auth,
        nextSteps: [`check who owns it: ls -ld ${path}`, 'or use another store: --store <directory>'],
        cause: thrown,
      });
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
    case 'ELOOP':
    case 'ENAMETOOLONG':
      return new OperatorError(`the store cannot be kept at ${path}: ${messageOf(thrown)}`, {
        code: 'store_unusable',
        exitCode: EXIT.usage,
        nextSteps: ['name another directory: --store <directory>'],
        cause: thrown,
      });
    default:
      return thrown;
  }
}
