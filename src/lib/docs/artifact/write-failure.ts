import { dirname } from 'node:path';
import { messageOf, OperatorError } from '../../errors.ts';
import { sqliteResultCode } from '../../sqlite.ts';

const WRITE_FAILURE = 'database_not_written';

/**
 * What SQLite or the file system threw while a file was written, as an error that says what to do: no space, no
 * permission, no such folder. Anything else is passed on unchanged.
 */
export function asWriteFailure(thrown: unknown, path: string): unknown {
  if (thrown instanceof OperatorError || !(thrown instanceof Error)) return thrown;
  if (sqliteResultCode(thrown) === null && !('syscall' in thrown)) return thrown;
  const folder = dirname(path);
  return new OperatorError(`${path} could not be written: ${messageOf(thrown)}`, {
    code: WRITE_FAILURE,
    nextSteps: [
      `check the space and the permissions there: df -h ${folder}; ls -ld ${folder}`,
      'then run the command again',
    ],
    cause: thrown,
  });
}

/** The disk is full, cannot be written to or fails, or this process has too many files open. */
const DISK_ERRORS: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE']);
/** SQLITE_IOERR and SQLITE_FULL (sqlite.org/rescode.html). */
const DISK_RESULTS: ReadonlySet<number | null> = new Set([10, 13]);

/** Whether a file could not be written for a reason that every other file would meet as well. */
export function isDiskFailure({ code, cause }: OperatorError): boolean {
  if (code !== WRITE_FAILURE || !(cause instanceof Error)) return false;
  return DISK_RESULTS.has(sqliteResultCode(cause)) || ('code' in cause && DISK_ERRORS.has(cause.code));
}
