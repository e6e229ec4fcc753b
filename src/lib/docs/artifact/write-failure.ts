import { dirname } from 'node:path';
import { messageOf, OperatorError } from '../../errors.ts';
import { sqliteResultCode } from '../../sqlite.ts';

/**
 * What SQLite or the file system threw while a file was written, as an error that says what to do: no space, no
 * permission, no such folder. Anything else is passed on unchanged.
 */
export function asWriteFailure(thrown: unknown, path: string): unknown {
  if (thrown instanceof OperatorError || !(thrown instanceof Error)) return thrown;
  if (sqliteResultCode(thrown) === null && !('syscall' in thrown)) return thrown;
  const folder = dirname(path);
  return new OperatorError(`${path} could not be written: ${messageOf(thrown)}`, {
    code: 'database_not_written',
    nextSteps: [
      `check the space and the permissions there: df -h ${folder}; ls -ld ${folder}`,
      'then run the command again',
    ],
    cause: thrown,
  });
}
